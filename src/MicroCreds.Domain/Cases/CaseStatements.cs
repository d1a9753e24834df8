using System.Collections.Immutable;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Domain.Cases;

/// <summary>
/// What a verb says to the organisation that submitted the case; nothing when that is the institution itself. Free text written by people
/// and everything about a person goes as disclosures, so that it can be erased without breaking a signature.
/// </summary>
internal static class CaseStatements
{
    /// <summary>A decision was taken.</summary>
    public static ImmutableArray<StatementDraft> Decided(RecognitionCase c, Decision decision) =>
        Draft(c, StatementKind.Decided, decision.Version, decision.Supersedes, StatementContent.OfDecision(c.Application, decision), decision.DecidedAt,
            ("decided_by_name", decision.DecidedBy == DecidedBy.Officer ? decision.DecidedByName : ""), ("explanation", decision.Statement));

    /// <summary>A decision was revoked.</summary>
    public static ImmutableArray<StatementDraft> Revoked(RecognitionCase c, CaseEvent.DecisionRevoked e) =>
        Draft(c, StatementKind.Revoked, e.Version, 0, StatementContent.OfRevocation(c.Decisions[e.Version - 1], e.EffectiveOn, e.AppealUntil), e.At, ("ground", e.Ground));

    /// <summary>The case was closed without a decision on the merits.</summary>
    public static ImmutableArray<StatementDraft> Closed(RecognitionCase c, CaseState state, DateTimeOffset at, string ground = "", string advice = "") =>
        Draft(c, StatementKind.Closed, 0, 0, StatementContent.OfClosing(state), at, ("ground", ground), ("advice", advice));

    private static ImmutableArray<StatementDraft> Draft(
        RecognitionCase c, StatementKind kind, int version, int supersedes, byte[] content, DateTimeOffset at, params ReadOnlySpan<(string Name, string Value)> texts)
    {
        var application = c.Application;
        if (application.SubmittedBy == application.Institution) return [];
        var claims = ImmutableArray.CreateBuilder<PersonalClaim>();
        claims.Add(new PersonalClaim("credentials", string.Join(' ', application.Credentials.Select(d => d.Value))));
        if (c.Reports.FirstOrDefault(r => r.Holder is not null)?.Holder is { } holder)
        {
            if (holder.Identifier.Length > 0) claims.Add(new PersonalClaim("learner_identifier", holder.Identifier));
            if (holder.FullName.Length > 0) claims.Add(new PersonalClaim("learner_name", holder.FullName));
        }
        foreach (var (name, value) in texts)
            if (value.Length > 0) claims.Add(new PersonalClaim(name, value));
        return [new StatementDraft(application.SubmittedBy, kind, application.Case, version, supersedes, content, claims.ToImmutable(), at)];
    }
}
