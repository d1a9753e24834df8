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
            ("decided_by_name", decision.DecidedBy == DecidedBy.Officer ? decision.DecidedByName : ""), ("approved_by_name", decision.ApprovedByName ?? ""), ("explanation", decision.Statement));

    /// <summary>A decision was revoked.</summary>
    public static ImmutableArray<StatementDraft> Revoked(RecognitionCase c, CaseEvent.DecisionRevoked e) =>
        Draft(c, StatementKind.Revoked, e.Version, 0, StatementContent.OfRevocation(c.Decisions[e.Version - 1], e.EffectiveOn, e.AppealUntil), e.At, ("ground", e.Ground));

    /// <summary>The case was closed without a decision on the merits.</summary>
    public static ImmutableArray<StatementDraft> Closed(RecognitionCase c, CaseState state, DateTimeOffset at, string ground = "", string advice = "") =>
        Draft(c, StatementKind.Closed, 0, 0, StatementContent.OfClosing(state), at, ("ground", ground), ("advice", advice));

    /// <summary>
    /// Information was asked of the issuer: each member that issued a credential of the case hears what is missing, whether it submitted the case or
    /// not. It learns which credential, and nothing of the learner.
    /// </summary>
    public static ImmutableArray<StatementDraft> Asked(RecognitionCase c, CaseEvent.InformationRequested e) =>
        e.AskedOf != InformationRequest.Issuer ? [] : [.. c.Reports.Where(r => r.IssuerId is not null && r.IssuerId != c.Application.Institution).GroupBy(r => r.IssuerId).Select(of => new StatementDraft(
            of.First().IssuerId ?? c.Application.SubmittedBy, StatementKind.InformationRequested, c.Application.Case, 0, 0, StatementContent.OfRequest(e.Items.Select(i => i.Code), e.DueOn),
            [
                new PersonalClaim("credentials", string.Join(' ', of.Select(r => r.Digest.Value))),
                .. of.Any(r => r.CredentialId.Length > 0) ? [new PersonalClaim("credential_ids", string.Join(' ', of.Select(r => r.CredentialId).Where(i => i.Length > 0)))] : ImmutableArray<PersonalClaim>.Empty,
                new PersonalClaim("questions", string.Join('\n', e.Items.Select(i => $"{i.Code}: {i.Text}"))),
            ], e.At))];

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
