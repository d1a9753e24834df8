using System.Globalization;
using System.Text.Json;
using MicroCreds.Domain.Rules;
using MicroCreds.Tests.Vectors;

namespace MicroCreds.Tests.Domain.Rules;

public sealed class EquivalenceVectorTests
{
    [Theory, VectorData("equivalence")]
    public void judges_as_the_vector_says(EquivalenceVector vector)
    {
        var found = AssessmentEngine.Assess(vector.Input());
        var expected = vector.Finding;

        Assert.Equal((expected.Proposal, expected.Outcome), (found.Proposal, Word(found.ProposedOutcome)));
        Same(expected.Granted, found.Granted.ToString());
        Same(expected.ExtraCurricular, found.ExtraCurricular.ToString());
        Same(expected.Unit, found.Unit?.Value);
        Same(expected.Rule, found.Rule?.Value);
        Same(expected.Grade, found.Grade?.Target ?? "none");
        Same(expected.Reasons, found.Reasons.Select(r => r.TargetOutcomes.Length == 0 ? Word(r.Code) : $"{Word(r.Code)} {string.Join(' ', r.TargetOutcomes)}"));
        Same(expected.Alternatives, found.Alternatives.Select(a => $"{Word(a.Outcome)}: {a.Text}"));
        Same(expected.Referral, found.Referral.Select(r => Word(r)));
        Same(expected.Information, found.Information.Select(i => i.Code));
        foreach (var sentence in expected.Explains) Assert.Contains(sentence, string.Join('\n', found.Explanation), StringComparison.Ordinal);
    }

    [Theory, VectorData("equivalence")]
    public void gives_the_same_bytes_again_whatever_the_order_of_rows(EquivalenceVector vector)
    {
        var bytes = AssessmentDocument.Write(AssessmentEngine.Assess(vector.Input()));
        var shuffled = vector with { Rules = [.. vector.Rules.Reverse()], Units = [.. vector.Units.Reverse()], GradeTables = [.. vector.GradeTables.Reverse()] };

        Assert.Equal(bytes, AssessmentDocument.Write(AssessmentEngine.Assess(shuffled.Input())));
        Assert.Equal(bytes, AssessmentDocument.Write(AssessmentDocument.Read(bytes)));
    }

    [Theory, VectorData("equivalence")]
    public void gives_the_same_bytes_whatever_the_culture_of_the_machine(EquivalenceVector vector)
    {
        var bytes = AssessmentDocument.Write(AssessmentEngine.Assess(vector.Input()));
        var before = CultureInfo.CurrentCulture;
        try
        {
            foreach (var culture in (string[])["sv-SE", "fa-IR", "it-IT", "th-TH"])
            {
                CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
                Assert.Equal(bytes, AssessmentDocument.Write(AssessmentEngine.Assess(vector.Input())));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory, VectorData("equivalence")]
    public void keeps_what_every_decision_must_keep(EquivalenceVector vector)
    {
        var found = AssessmentEngine.Assess(vector.Input());
        Assert.NotEqual(DecisionOutcome.Refused, found.ProposedOutcome);
        if (found.Proposal == ProposalKind.GrantAutomatically) Assert.Equal(DecisionOutcome.Full, found.ProposedOutcome);
        if (found.ProposedOutcome is not (null or DecisionOutcome.Full))
        {
            Assert.NotEmpty(found.Reasons);
            Assert.NotEmpty(found.Alternatives);
        }
    }

    private static void Same(string? expected, string? found)
    {
        if (expected is not null) Assert.Equal(expected, found);
    }

    private static void Same(string[]? expected, IEnumerable<string> found)
    {
        if (expected is not null) Assert.Equal(expected, found);
    }

    private static string Word<T>(T? value) => value is null ? "none" : JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()!);
}
