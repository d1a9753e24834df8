using System.Globalization;
using MicroCreds.Cli.Conformance;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Recognition;
using MicroCreds.Tests.Vectors;

namespace MicroCreds.Tests.Domain.Rules;

public sealed class EquivalenceVectorTests
{
    [Theory, VectorData("equivalence")]
    public void judges_as_the_vector_says(EquivalenceVector vector)
    {
        var found = AssessmentEngine.Assess(vector.Input());
        Assert.Empty(CaseComparison.Compare(vector.Case.Finding, AssessmentMapping.ToWire(found, _ => true)).Select(d => $"{d.What}: expected {d.Expected}, found {d.Found}"));
    }

    [Fact]
    public void there_are_cases_and_none_is_left_out()
    {
        var files = Directory.GetFiles(Path.Combine(VectorDataAttribute.Root, "equivalence"), "*", SearchOption.AllDirectories);
        Assert.All(files, file => Assert.EndsWith(".json", file, StringComparison.Ordinal));
        Assert.Equal(files.Order(StringComparer.Ordinal).Select(Path.GetFileName), ConformanceCommand.Read(Path.Combine(VectorDataAttribute.Root, "equivalence")).Select(c => c.File));
        Assert.True(files.Length >= 50, $"{files.Length} cases");
    }

    [Theory, VectorData("equivalence")]
    public void gives_the_same_bytes_again_whatever_the_order_of_rows(EquivalenceVector vector)
    {
        var bytes = AssessmentDocument.Write(AssessmentEngine.Assess(vector.Input()));
        var shuffled = vector.With(c => c with { Rules = [.. c.Rules.Reverse()], Units = [.. c.Units.Reverse()], GradeTables = [.. c.GradeTables.Reverse()] });

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
        // The one exception: a component of a signed agreement was not passed, and all that was earned is granted.
        var notPassed = found.Agreement is not null && found.ProposedOutcome == DecisionOutcome.Partial && found.Reasons.All(r => r.Code == ReasonCode.NotPassed)
            && found.Lines.All(l => l.Outcome is DecisionOutcome.Full or DecisionOutcome.NothingEarned);
        if (found.Proposal == ProposalKind.GrantAutomatically && !notPassed) Assert.Equal(DecisionOutcome.Full, found.ProposedOutcome);
        if (found.ProposedOutcome is not (null or DecisionOutcome.Full))
        {
            Assert.NotEmpty(found.Reasons);
            Assert.NotEmpty(found.Alternatives);
        }
    }
}
