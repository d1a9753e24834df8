using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Recognition;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Recognition;

public sealed class CaseEnumsTests
{
    [Fact]
    public void every_value_goes_out_under_its_own_name_and_comes_back()
    {
        RoundTrip<CaseState, Wire.RecognitionCase.Types.State>(CaseEnums.ToWire, CaseEnums.FromWire);
        RoundTrip<DecisionOutcome, Wire.DecisionOutcome>(CaseEnums.ToWire, CaseEnums.FromWire);
        RoundTrip<ReasonCode, Wire.ReasonCode>(CaseEnums.ToWire, CaseEnums.FromWire);
        Covers<RecognitionTrack, Wire.RecognitionTrack>(CaseEnums.ToWire);
        Covers<DecidedBy, Wire.Decision.Types.DecidedBy>(CaseEnums.ToWire);
        Covers<ProposalKind, Wire.Assessment.Types.Proposal>(CaseEnums.ToWire);
        Covers<Verdict, Wire.Verification.Types.Verdict>(CaseEnums.ToWire);
        Covers<FindingKind, Wire.CredentialFinding.Types.Kind>(CaseEnums.ToWire);
        Covers<FindingStanding, Wire.CredentialFinding.Types.Standing>(CaseEnums.ToWire);
        Covers<CheckResult, Wire.VerificationCheck.Types.Result>(CaseEnums.ToWire);
        Assert.Equal(Enum.GetValues<CredentialFormat>().Length, Enum.GetValues<CredentialFormat>().Select(CaseEnums.ToWire).Distinct().Count());
    }

    [Fact]
    public void the_unspecified_and_an_unknown_value_read_as_nothing()
    {
        Assert.Null(CaseEnums.FromWire(Wire.RecognitionCase.Types.State.Unspecified));
        Assert.Null(CaseEnums.FromWire((Wire.DecisionOutcome)9));
        Assert.Null(CaseEnums.FromWire(Wire.ReasonCode.Unspecified));
    }

    private static void RoundTrip<TDomain, TWire>(Func<TDomain, TWire> toWire, Func<TWire, TDomain?> fromWire) where TDomain : struct, Enum where TWire : struct, Enum
    {
        Covers(toWire);
        foreach (var value in Enum.GetValues<TDomain>()) Assert.Equal(value, fromWire(toWire(value)));
    }

    /// <summary>Every value of the domain has the value of the contract with its name, and the contract has none besides but the unspecified one.</summary>
    private static void Covers<TDomain, TWire>(Func<TDomain, TWire> toWire) where TDomain : struct, Enum where TWire : struct, Enum
    {
        foreach (var value in Enum.GetValues<TDomain>()) Assert.Equal(value.ToString(), toWire(value).ToString());
        Assert.Equal(Enum.GetValues<TDomain>().Length + 1, Enum.GetValues<TWire>().Length);
    }
}
