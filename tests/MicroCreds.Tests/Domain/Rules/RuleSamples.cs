using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Tests.Domain.Rules;

internal static class RuleSamples
{
    internal static readonly OrganisationId University = OrganisationId.Parse("uni-madrid.example");
    internal static readonly OrganisationId Volunteers = OrganisationId.Parse("voluntariado.example");
    internal static readonly UnitCode Stat = UnitCode.Parse("STAT");
    internal static readonly DateOnly Day = new(2026, 3, 2);
    internal static readonly RecognitionPolicy Policy = new() { HigherEducationInstitutions = [University] };

    internal static TargetUnit Unit(string code = "STAT", int credits = 600, UnitKind kind = UnitKind.Course, int level = 6) => new()
    {
        Code = UnitCode.Parse(code), Title = LocalisedText.Of(code), Programme = ProgrammeCode.Parse("L-33"), Credits = EctsCredits.FromHundredths(credits),
        EqfLevel = level, Kind = kind, Graded = false, Outcomes = [],
    };

    internal static EquivalenceRule Rule(string id, params ImmutableArray<RuleCondition> conditions) => new()
    {
        Id = RuleId.Parse(id), Target = Stat, Conditions = conditions, Grant = new CreditGrant.AsEarned(), Grade = GradeTreatment.Ungraded, Automatic = false,
    };

    internal static RuleCondition By(OrganisationId organisation) => new RuleCondition.AwardingBody(organisation);
    internal static RuleCondition Code(string code) => new RuleCondition.AchievementCode(code);
    internal static CreditGrant Fixed(int hundredths) => new CreditGrant.Fixed(EctsCredits.FromHundredths(hundredths));

    internal static EquivalenceTable Table(IEnumerable<EquivalenceRule> rules, params IEnumerable<TargetUnit> units) =>
        EquivalenceTableBuilder.Build(TableId.Parse("T"), 3, units.Any() ? units : [Unit()], rules, new(2025, 9, 1, 0, 0, 0, TimeSpan.Zero), "registrar");

    internal static CompiledTable Compiled(params IEnumerable<EquivalenceRule> rules) => CompiledTable.Of([Table(rules)]);

    internal static Achievement Achievement(string code = "CR/EST101", int credits = 600, int level = 6) => new()
    {
        Id = "", Title = LocalisedText.Of("Estadística I", "es"), Codes = [code], AwardingBodies = [], AwardedOn = new(2026, 1, 30), Outcomes = [], EqfLevel = level,
        Credits = EctsCredits.FromHundredths(credits), AssessmentTypes = [AssessmentType.WrittenExamination], Modes = [], IscedFields = ["0542"], Languages = ["es"],
        Accreditations = [], CountryStated = true,
    };
}
