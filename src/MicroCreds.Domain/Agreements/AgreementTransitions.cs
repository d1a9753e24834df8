using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Agreements;

/// <summary>What may be done to a learning agreement. Pure: the agreement as it stands and what is asked give the event, or the reason why not.</summary>
public static class AgreementTransitions
{
    /// <summary>Records a version: the first without an etag, a later one with the etag of what it supersedes.</summary>
    /// <param name="history">The agreement as it stands; null when there is none.</param>
    /// <param name="etag">Number of events the caller read; null for a first version.</param>
    /// <param name="version">What was agreed; its number is given here.</param>
    /// <param name="rules">Units published now.</param>
    public static Result<AgreementEvent> Record(AgreementHistory? history, int? etag, LearningAgreement version, RuleBook rules)
    {
        if (history is null && etag is not null) return NotFound(version.Id);
        if (history is not null && Stands(history, etag) is { } problem) return problem;
        if (Units(version, rules) is { } unknown) return unknown;
        var previous = history?.Current;
        ImmutableArray<FieldViolation> wrong =
        [
            .. Kept("learner_identifier", previous is null || previous.Learner == version.Learner),
            .. Kept("programme", previous is null || previous.Programme == version.Programme),
            .. Kept("host_organisation", previous is null || previous.Host == version.Host),
            .. previous is not null && version.SignedOn < previous.SignedOn
                ? [new FieldViolation("agreement.signatures", $"a version is signed on or after the day of the one before it, {Day(previous.SignedOn)}")]
                : ImmutableArray<FieldViolation>.Empty,
            .. TooMuch(version, rules),
        ];
        return wrong.IsEmpty ? new AgreementEvent.Recorded(version with { Version = (previous?.Version ?? 0) + 1 }) : Problem.InvalidRequest(wrong);

        static IEnumerable<FieldViolation> Kept(string field, bool same) =>
            same ? [] : [new($"agreement.{field}", "stays what it was in the version before; another agreement has an identifier of its own")];
    }

    /// <summary>Ends an agreement for awards after a day.</summary>
    public static Result<AgreementEvent> End(AgreementHistory? history, AgreementId id, int? etag, DateOnly lastDay, string reason, Actor by, DateTimeOffset now) =>
        history is null ? NotFound(id)
        : Stands(history, etag) is { } problem ? problem
        : new AgreementEvent.Ended(lastDay, reason, by.Name, now);

    /// <summary>That there is no such agreement.</summary>
    public static Problem NotFound(AgreementId id) => Problem.Of(ProblemCode.AgreementNotFound, $"There is no learning agreement '{id}' here.", ("agreement_id", id.Value));

    private static Problem? Stands(AgreementHistory history, int? etag)
    {
        if (history.End is { } end)
            return Problem.Of(ProblemCode.AgreementEnded, $"The learning agreement {history.Id} was ended for awards after {Day(end.LastDay)}.", ("agreement_id", history.Id.Value), ("last_date", Day(end.LastDay)));
        if (etag == history.Events.Length) return null;
        var (read, current) = (etag?.ToString(CultureInfo.InvariantCulture) ?? "", history.Events.Length.ToString(CultureInfo.InvariantCulture));
        return Problem.Of(
            ProblemCode.ConcurrentChange, $"The learning agreement {history.Id} stands already, and not as it was read (etag '{read}', now {current}); read it again.",
            ("agreement_id", history.Id.Value), ("etag", read), ("current_etag", current));
    }

    private static Problem? Units(LearningAgreement version, RuleBook rules) =>
        version.Components.Select(c => c.Unit).FirstOrDefault(code => rules.Unit(code) is not { Kind: not UnitKind.Thesis } unit || unit.Programme != version.Programme) is { } code
            ? Problem.Of(
                ProblemCode.TargetUnitNotFound, $"Unit '{code}' of programme '{version.Programme}' is not published here, or is a thesis; list the tables to see the units.",
                ("target_unit", code.Value), ("programme", version.Programme.Value))
            : null;

    private static IEnumerable<FieldViolation> TooMuch(LearningAgreement version, RuleBook rules) =>
        from unit in version.Components.GroupBy(c => c.Unit)
        let agreed = unit.Sum(c => c.Credits.Hundredths)
        where rules.Unit(unit.Key) is { } published && agreed > published.Credits.Hundredths
        select new FieldViolation("agreement.components", $"unit '{unit.Key}' has fewer credits than the components that count as it");

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
