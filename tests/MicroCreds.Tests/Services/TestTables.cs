using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Institutions;
using MicroCreds.Tests.Domain.Grades;

namespace MicroCreds.Tests.Services;

/// <summary>The equivalence table of the scenarios and the grade tables beside it, put straight into an institution's store.</summary>
internal static class TestTables
{
    public const string Bachelor = "L-19";
    public const string Activities = "ALTRE-3";
    public const string Stat = "STAT";
    public const string Thesis = "THESIS";

    public static readonly TableId Table = TableId.Parse("CFU");

    public static readonly ImmutableArray<TargetUnit> Units =
    [
        Unit(Activities, 300, UnitKind.OtherActivities, graded: false) with
        {
            Outcomes =
            [
                .. TestCredentials.VolunteeringOutcomes.Select((text, i) => new TargetOutcome($"LO{i + 1}", LocalisedText.Of(text, "en"), Essential: i < 4, [text])),
            ],
        },
        Unit(Stat, 600, UnitKind.Course, graded: true),
        Unit(Thesis, 600, UnitKind.Thesis, graded: true),
    ];

    public static readonly EquivalenceRule Coordination = Rule("VOL-COORD", Activities,
        new RuleCondition.AwardingBody(TestConsortium.Voluntariado), new RuleCondition.EqfLevelAtLeast(6), new RuleCondition.OutcomeCoverageAtLeast(80));

    public static readonly EquivalenceRule Statistics = Rule("MAD-STAT", Stat,
        new RuleCondition.AwardingBody(TestConsortium.Madrid), new RuleCondition.AchievementCode("CR/EST101"), new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(600))) with
    {
        Automatic = true,
        Grade = GradeTreatment.Converted,
        ValidFrom = new DateOnly(2025, 9, 1),
        ValidUntil = new DateOnly(2028, 8, 31),
    };

    /// <summary>Publishes the table of the scenarios, or these rules, and the grade tables of scenario 6.</summary>
    public static async Task PublishAsync(this HostedInstitution institution, params EquivalenceRule[] rules)
    {
        var none = CancellationToken.None;
        var at = TestNode.Start.AddMonths(-6);
        var content = rules.Length == 0 ? [Coordination, Statistics] : rules;
        Ok(await institution.Tables.EditDraftAsync(Table, Change(), null, draft => new EquivalenceDraft(Table, (draft?.Revision ?? 0) + 1, Units, [.. content], "registrar", at), none));
        Ok(await institution.Tables.PublishAsync(Table, Change(), null, (draft, version) => EquivalenceTableBuilder.Build(Table, version, draft.Units, draft.Rules, at, "registrar"), none));
        Ok(await institution.Grades.PutAsync(SampleGradeTables.Of(institution.Organisation, SampleGradeTables.A.Grades), Change(), none));
        Ok(await institution.Grades.PutAsync(SampleGradeTables.Of(TestConsortium.Madrid, SampleGradeTables.Spain.Grades), Change(), none));
        await institution.Published.ReloadAsync(none);
    }

    private static TargetUnit Unit(string code, int credits, UnitKind kind, bool graded) => new()
    {
        Code = UnitCode.Parse(code),
        Title = LocalisedText.Of(code, "it"),
        Programme = ProgrammeCode.Parse(Bachelor),
        Credits = EctsCredits.FromHundredths(credits),
        EqfLevel = 6,
        Kind = kind,
        Graded = graded,
        Outcomes = [],
    };

    public static EquivalenceRule Rule(string id, string unit, params ImmutableArray<RuleCondition> conditions) => new()
    {
        Id = RuleId.Parse(id),
        Target = UnitCode.Parse(unit),
        Conditions = conditions,
        Grant = new CreditGrant.AsEarned(),
        Grade = GradeTreatment.Ungraded,
        Automatic = false,
    };

    private static ChangeRequest Change()
    {
        var id = RequestId.New();
        return new ChangeRequest("staff:registrar", id, Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(id.Value)));
    }

    private static void Ok<T>(MicroCreds.Domain.Problems.Result<T> result) where T : notnull => Assert.False(result.Failed(out var problem, out _), problem?.Message);
}
