using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Agreements;

/// <summary>Who signs a learning agreement. Source: EWP learning agreements (student, sending HEI, receiving HEI).</summary>
public enum AgreementParty
{
    /// <summary>The learner.</summary>
    Learner,
    /// <summary>The institution that recognises: the learner's own (EWP: sending HEI).</summary>
    Institution,
    /// <summary>The organisation at which the learner studies (EWP: receiving HEI).</summary>
    Host,
}

/// <summary>One signature. Whose hand it was stands in the signed file, not here.</summary>
/// <param name="Party">Party that signed.</param>
/// <param name="SignedOn">Day.</param>
public sealed record AgreementSignature(AgreementParty Party, DateOnly SignedOn);

/// <summary>
/// One version of a signed learning agreement: what a learner takes at another organisation, and what each of it counts as. Never changed; a later version
/// supersedes it. Source: ECTS Users' Guide 2015, 4.2; Council Recommendation 2018/C 444/01: what the agreement lists and the transcript confirms is
/// transferred without delay and without further assessment.
/// </summary>
public sealed record LearningAgreement
{
    /// <summary>Most components of a version: more than a year of the smallest micro-credentials.</summary>
    public const int MaxComponents = 60;

    /// <summary>Agreement.</summary>
    public required AgreementId Id { get; init; }
    /// <summary>Version, from 1.</summary>
    public required int Version { get; init; }
    /// <summary>The learner, as the ledger knows learners.</summary>
    public required LearnerKey Learner { get; init; }
    /// <summary>Programme of the institution in which the credits count.</summary>
    public required ProgrammeCode Programme { get; init; }
    /// <summary>Organisation at which the components are taken.</summary>
    public required OrganisationId Host { get; init; }
    /// <summary>One signature of each party.</summary>
    public required ImmutableArray<AgreementSignature> Signatures { get; init; }
    /// <summary>First day of award that it covers; null is open.</summary>
    public DateOnly? ValidFrom { get; init; }
    /// <summary>Last day of award that it covers, included; null is open.</summary>
    public DateOnly? ValidUntil { get; init; }
    /// <summary>Digest of the signed file; null when none was supplied.</summary>
    public Sha256Digest? SignedFile { get; init; }
    /// <summary>What this version changes and why, in words without personal data; empty for the first.</summary>
    public string Changes { get; init; } = "";
    /// <summary>Components, in the order of the agreement; at least one.</summary>
    public required ImmutableArray<AgreementComponent> Components { get; init; }
    /// <summary>Account that recorded it.</summary>
    public required string RecordedBy { get; init; }
    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Day of the last signature: from then on the version stands.</summary>
    public DateOnly SignedOn => Signatures.Max(s => s.SignedOn);

    /// <summary>Credits of all components.</summary>
    public EctsCredits Promised => Sum(Components);

    /// <summary>Whether it covers an award of <paramref name="day"/>; both ends included.</summary>
    public bool Covers(DateOnly day) => (ValidFrom is not { } from || from <= day) && (ValidUntil is not { } until || day <= until);

    /// <summary>Digest of what was agreed: of everything but who recorded it and when.</summary>
    public Sha256Digest Digest() => Sha256Digest.Of(DomainJson.Write(this with { RecordedBy = "", RecordedAt = default }));

    /// <summary>Name of the version where the name of a rule stands: <c>agreement:LA-17/v2</c>.</summary>
    public string Name => NameOf(Id, Version);

    /// <summary>The rule that a component makes for this learner's cases, of rank 1 (<see cref="RuleRank.LearningAgreement"/>): <c>agreement:LA-17/v2/4</c>.</summary>
    /// <param name="number">Number of the component, from 1.</param>
    public RuleId RuleOf(int number) => RuleId.Parse(string.Create(CultureInfo.InvariantCulture, $"{Name}/{number}"));

    internal static string NameOf(AgreementId id, int version) => string.Create(CultureInfo.InvariantCulture, $"agreement:{id}/v{version}");

    internal static EctsCredits Sum(IEnumerable<AgreementComponent> components) =>
        EctsCredits.FromHundredths(Math.Min(EctsCredits.MaxHundredths, components.Sum(c => c.Credits.Hundredths)));
}

/// <summary>One thing taken elsewhere, and what it counts as (EWP: a component studied and the one it replaces).</summary>
public sealed record AgreementComponent
{
    /// <summary>Organisation that awards it.</summary>
    public required OrganisationId AwardingBody { get; init; }
    /// <summary>Its code there; empty when none was agreed, then the title says which it is.</summary>
    public string Code { get; init; } = "";
    /// <summary>Its title; empty when none was agreed.</summary>
    public string Title { get; init; } = "";
    /// <summary>Unit of the institution as which it counts.</summary>
    public required UnitCode Unit { get; init; }
    /// <summary>Credits for which it counts.</summary>
    public required EctsCredits Credits { get; init; }
    /// <summary>Whether it counts without a person once it is passed. Never with a condition.</summary>
    public required bool Automatic { get; init; }
    /// <summary>Condition in words that a person sees to; empty for none. Source: EWP, <c>recognition-conditions</c>: with them a component is not recognised automatically.</summary>
    public string Condition { get; init; } = "";

    /// <summary>What a person calls it.</summary>
    public string Name => Title.Length == 0 ? Code : Title;
}
