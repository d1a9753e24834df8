using MicroCreds.Cli.Conformance;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Assessment;
using MicroCreds.Sheets;

namespace MicroCreds.Tests.Vectors;

/// <summary>What the engine gets of a case: its sheets imported and its question read as a node does both, without a node.</summary>
internal static class EquivalenceVectorReading
{
    private static readonly DateTimeOffset PublishedAt = new(2025, 9, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly MemberDirectory Nobody = new(new TrustList { Consortium = "vectors", Serial = 1, IssuedAt = PublishedAt, ExpiresAt = PublishedAt.AddYears(9), Members = [] });

    internal static AssessmentInput Input(this EquivalenceVector vector)
    {
        var id = TableId.Parse("vector");
        if (SheetReader.Read(vector.Case.Sheets()).Failed(out var problem, out var sheets) || DraftImport.Apply(id, null, null, sheets, "registrar", PublishedAt).Failed(out problem, out var draft))
            throw new Xunit.Sdk.XunitException(string.Join('\n', problem.Violations.Select(v => $"{v.Field}: {v.Description}")));
        var table = CompiledTable.Of([EquivalenceTableBuilder.Build(id, 1, draft.Units, draft.Rules, PublishedAt, "registrar")]);
        var trial = RuleTrialMapping.ToTrial(vector.Case.Question("", id.Value), DateOnly.FromDateTime(PublishedAt.Date));
        return RuleTrial.Input(OrganisationId.Parse(vector.Case.Institution), trial, table, Nobody, new(), GradeTableSet.Empty).Failed(out problem, out var input)
            ? throw new Xunit.Sdk.XunitException(problem.Message) : input;
    }
}
