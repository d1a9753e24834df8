using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Agreements;

/// <summary>What happened to an agreement. Append-only.</summary>
public abstract record AgreementEvent
{
    private AgreementEvent() { }

    /// <summary>A version was recorded: the first, or one that supersedes the version before it.</summary>
    /// <param name="Agreement">The version.</param>
    public sealed record Recorded(LearningAgreement Agreement) : AgreementEvent;

    /// <summary>The agreement was ended. What was awarded until then stays covered.</summary>
    /// <param name="LastDay">Last day of award that it covers.</param>
    /// <param name="Reason">Why, in words without personal data.</param>
    /// <param name="EndedBy">Account.</param>
    /// <param name="EndedAt">When.</param>
    public sealed record Ended(DateOnly LastDay, string Reason, string EndedBy, DateTimeOffset EndedAt) : AgreementEvent;
}

/// <summary>A learning agreement with all that happened to it. The number of events is its etag, and its place for replays.</summary>
/// <param name="Events">Events, oldest first; the first records version 1.</param>
public sealed record AgreementHistory(ImmutableArray<AgreementEvent> Events)
{
    /// <summary>Versions, the first of them first.</summary>
    public ImmutableArray<LearningAgreement> Versions { get; } = [.. Events.OfType<AgreementEvent.Recorded>().Select(e => e.Agreement)];

    /// <summary>How it was ended; null while it was not.</summary>
    public AgreementEvent.Ended? End { get; } = Events.OfType<AgreementEvent.Ended>().LastOrDefault();

    /// <summary>The newest version.</summary>
    public LearningAgreement Current => Versions[^1];

    /// <summary>Agreement.</summary>
    public AgreementId Id => Current.Id;

    /// <summary>
    /// The version that was in force on a day of award: the newest that all had signed by that day, if it covers the day; null when there is none.
    /// </summary>
    /// <remarks>
    /// The day of award counts and not that of application: an agreement promises that what is learnt under it will count, so it must have been there
    /// before the result, a later change takes nothing back of it, and a late application loses nothing.
    /// </remarks>
    public LearningAgreement? InForceOn(DateOnly day) =>
        End is { } end && day > end.LastDay ? null
        : Versions.LastOrDefault(v => v.SignedOn <= day) is { } version && version.Covers(day) ? version : null;

    /// <summary>The agreement as it stood at a time; null before it was recorded.</summary>
    public AgreementHistory? AsOf(DateTimeOffset at) =>
        Events.RemoveAll(e => (e is AgreementEvent.Recorded recorded ? recorded.Agreement.RecordedAt : ((AgreementEvent.Ended)e).EndedAt) > at) is { IsEmpty: false } then ? new(then) : null;

    /// <summary>The version as it was recorded; null when there is none.</summary>
    public LearningAgreement? Version(int number) => number >= 1 && number <= Versions.Length ? Versions[number - 1] : null;
}
