using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Conformance;

/// <summary>Something of a finding that is not as the case expects.</summary>
/// <param name="What">Member of the finding.</param>
/// <param name="Expected">What the case expects.</param>
/// <param name="Found">What the node answered.</param>
internal sealed record CaseDifference(string What, string Expected, string Found);

/// <summary>Compares what was found with what a case expects.</summary>
internal static class CaseComparison
{
    private const string None = "none";

    /// <summary>Every difference; empty when the case holds.</summary>
    public static ImmutableArray<CaseDifference> Compare(CaseFinding expected, Assessment found)
    {
        var differences = ImmutableArray.CreateBuilder<CaseDifference>();
        One("proposal", expected.Proposal, JsonNamingPolicy.SnakeCaseLower.ConvertName(found.Proposal.ToString()));
        One("outcome", expected.Outcome, OrNone(found.ProposedOutcome));
        One("granted", expected.Granted, Credits(found.GrantedEctsCreditsHundredths));
        One("extra_curricular", expected.ExtraCurricular, Credits(found.ExtraCurricularEctsCreditsHundredths));
        One("benefit", expected.Benefit, found.Benefit);
        One("unit", expected.Unit, OrNone(found.Unit));
        One("rule", expected.Rule, OrNone(found.RuleId));
        One("grade", expected.Grade, OrNone(found.Grade?.Target ?? ""));
        All("lines", expected.Lines, found.Lines.Select(l => $"{OrNone(l.Outcome)} {Credits(l.GrantedEctsCreditsHundredths)} {OrNone(l.Unit)} {OrNone(l.RuleId)}").Order(StringComparer.Ordinal));
        One("agreement", expected.Agreement, found.Agreement is { } agreement ? $"{agreement.AgreementId} {agreement.Version} {Credits(agreement.AskedEctsCreditsHundredths)}" : None);
        Reasons(expected.Reasons, found.Reasons);
        All("alternatives", expected.Alternatives?.Select(a => a[(a.IndexOf(": ", StringComparison.Ordinal) + 2)..]), found.Alternatives);
        All("referral", expected.Referral, found.ReferralReasons);
        All("information", expected.Information, found.Information.Select(i => i.Split(": ")[0]));
        foreach (var sentence in expected.Explains)
        {
            if (!string.Join('\n', found.Explanation).Contains(sentence, StringComparison.Ordinal)) differences.Add(new("explains", sentence, string.Join(' ', found.Explanation)));
        }

        return differences.ToImmutable();

        void One(string what, string? wanted, string got)
        {
            if (wanted is not null && wanted != got) differences.Add(new(what, wanted, got));
        }

        void All(string what, IEnumerable<string>? wanted, IEnumerable<string> got)
        {
            if (wanted is not null) One(what, string.Join("; ", wanted), string.Join("; ", got));
        }

        // The contract writes a reason as its code with a text, which names the target outcomes.
        void Reasons(string[]? wanted, IReadOnlyCollection<string> got)
        {
            if (wanted is null) return;
            All("reasons", wanted.Select(r => r.Split(' ')[0]), got.Select(r => JsonNamingPolicy.SnakeCaseLower.ConvertName(r.Split(": ")[0].ToLowerInvariant())));
            foreach (var (reason, text) in wanted.Zip(got))
            {
                foreach (var outcome in reason.Split(' ').Skip(1).Where(o => !text.Contains(o, StringComparison.Ordinal))) differences.Add(new("reasons", reason, text));
            }
        }
    }

    private static string OrNone(string text) => text.Length == 0 ? None : text;

    private static string Credits(int hundredths) => (hundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture);
}
