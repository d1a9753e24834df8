using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Equivalence;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Recognition;
using Assessed = MicroCreds.Domain.Rules.Assessment;

namespace MicroCreds.Services.Assessment;

/// <summary>Assesses what is described by rules that need not be published yet. Keeps nothing.</summary>
internal sealed class RuleTrial(TrustRegistry registry, CaseRulesReader rules)
{
    /// <summary>The assessment. Fails with TABLE_NOT_FOUND, TARGET_UNIT_NOT_FOUND, DRAFT_NOT_PUBLISHABLE, or INVALID_REQUEST when no programme follows from the question.</summary>
    internal async Task<Result<Assessed>> AssessAsync(HostedInstitution institution, AskedTrial trial, CancellationToken cancellationToken)
    {
        if ((await TableAsync(institution, trial, cancellationToken)).Failed(out var problem, out var table)) return problem;
        var law = await rules.ForAsync(institution, Former(trial, registry.Current)?.Present ?? trial.AwardingBody, cancellationToken);
        if (Input(institution.Organisation, trial, table, registry.Current, law.Policy, law.Grades).Failed(out problem, out var input)) return problem;
        return AssessmentEngine.Assess(input);
    }

    /// <summary>What a trial is about, from what was looked up for it. Fails with TARGET_UNIT_NOT_FOUND, or INVALID_REQUEST when no programme follows from the question.</summary>
    internal static Result<AssessmentInput> Input(
        OrganisationId institution, AskedTrial trial, CompiledTable table, MemberDirectory members, RecognitionPolicy policy, GradeTableSet grades)
    {
        if (Programme(trial, table).Failed(out var problem, out var programme)) return problem;
        var former = Former(trial, members);
        var credential = RuleTrialMapping.Credential(trial, trial.Achievement);
        return new AssessmentInput
        {
            Institution = institution,
            Table = PresentIdentifiers.In(table, members),
            Policy = trial.Procedure(policy),
            Achievement = trial.Achievement,
            Credential = credential,
            AwardingBody = former?.Present ?? trial.AwardingBody,
            FormerIdentifier = former,
            Further = [.. trial.Further.Select(f => Further(trial, f.Achievement, f.AwardingBody, members))],
            Programme = programme,
            Target = trial.Unit,
            AppliedOn = trial.AppliedOn,
            Ledger = RuleTrialMapping.Ledger(trial, programme, credential),
            Agreements = trial.Agreements,
            GradeTables = trial.Grades.IsEmpty ? grades : new(trial.Grades),
            InformationLapsed = trial.Circumstances.InformationAsked,
            Answered = trial.Circumstances.Answered,
        };
    }

    private static AssessedCredential Further(AskedTrial trial, Achievement achievement, OrganisationId? named, MemberDirectory members)
    {
        var member = named is null ? null : members.Find(named);
        return new(achievement, RuleTrialMapping.Credential(trial, achievement), member?.Organisation ?? named, named is null ? null : FormerIdentifier.Of(member, named));
    }

    private static FormerIdentifier? Former(AskedTrial trial, MemberDirectory members) =>
        trial.AwardingBody is not { } used ? null
        : trial.Circumstances.Present is var (present, since) && present != used ? new(used, present, since)
        : FormerIdentifier.Of(members.Find(used), used);

    private static async Task<Result<CompiledTable>> TableAsync(HostedInstitution institution, AskedTrial trial, CancellationToken cancellationToken)
    {
        var published = trial.PublishedOn is { } day ? await institution.Published.AsOfAsync(day, cancellationToken) : institution.Published.Current;
        if (trial.Table is not { } id)
            return published.Tables.IsEmpty ? Problem.Of(ProblemCode.TableNotFound, "No table is published; name a table to try its draft.", ("table_id", "")) : published;

        var tried = trial.Version > 0 ? await institution.Tables.VersionAsync(id, trial.Version, cancellationToken)
            : await institution.Tables.DraftAsync(id, cancellationToken) is { } draft ? EquivalenceTableBuilder.Build(id, 0, draft.Units, draft.Rules, draft.EditedAt, draft.EditedBy) : null;
        if (tried is null) return EquivalenceAdminService.NoTable(id);
        ImmutableArray<EquivalenceTable> tables = [tried, .. trial.Alone ? [] : published.Tables.Where(t => t.Id != id)];
        return Compile(tables, id);
    }

    /// <summary>Tables that were not checked together. Fails with DRAFT_NOT_PUBLISHABLE when a code stands twice in them.</summary>
    internal static Result<CompiledTable> Compile(ImmutableArray<EquivalenceTable> tables, TableId id)
    {
        var twice = Twice(tables.SelectMany(t => t.Units), u => u.Code.Value) ?? Twice(tables.SelectMany(t => t.Rules), r => r.Id.Value);
        return twice is null ? CompiledTable.Of(tables)
            : Problem.Of(ProblemCode.DraftNotPublishable, $"{twice} stands twice in the tables to be tried.", ("findings", $"{SnakeCase.Of(TableFindingCode.DuplicateCode)} {twice}"), ("table_id", id.Value));
    }

    private static Result<ProgrammeCode> Programme(AskedTrial trial, CompiledTable table)
    {
        if (trial.Unit is { } code)
        {
            return table.Find(code) is { } unit ? trial.Programme ?? unit.Programme
                : Problem.Of(ProblemCode.TargetUnitNotFound, $"Unit '{code}' is in none of the tables asked.", ("target_unit", code.Value));
        }

        if (trial.Programme is { } named) return named;
        var units = trial.Table is { } id ? table.Tables.Where(t => t.Id == id).SelectMany(t => t.Units) : table.Units;
        return units.Select(u => u.Programme).Distinct().ToArray() is [var one] ? one
            : Problem.InvalidRequest([new FieldViolation("programme", "is required when the units are of several programmes and none is named")]);
    }

    private static string? Twice<T>(IEnumerable<T> rows, Func<T, string> name) => rows.GroupBy(name, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any())?.Key;
}
