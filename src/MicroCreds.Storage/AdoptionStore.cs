using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Storage;

/// <summary>Keeps what is known of adopted rules.</summary>
internal sealed class AdoptionStore(StoreDatabase database, TimeProvider clock) : IAdoptionStore
{
    /// <inheritdoc/>
    public Task KeepAsync(SourceRuleVersion seen, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => Kept(Put(transaction.Session, seen)), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<SourceRuleVersion>> SourcesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Query("SELECT document FROM source_rule ORDER BY organisation, rule_id, table_id, version", r => StoreSession.DocumentOf<SourceRuleVersion>(r, 0)).ToImmutableArray(), cancellationToken);

    /// <inheritdoc/>
    public Task<string> CursorAsync(OrganisationId partner, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.First("SELECT cursor FROM followed_partner WHERE organisation = $1", r => StoreSession.TextOf(r, 0), partner.Value) ?? "", cancellationToken);

    /// <inheritdoc/>
    public Task AdvanceAsync(OrganisationId partner, string cursor, ImmutableArray<SourceRuleVersion> changed, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                foreach (var source in changed) Put(transaction.Session, source);
                transaction.Session.Execute("INSERT INTO followed_partner (organisation, cursor) VALUES ($1, $2) ON CONFLICT (organisation) DO UPDATE SET cursor = excluded.cursor", partner.Value, cursor);
                return Kept(changed.Length);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<Result<AdoptionAcknowledgement>> AcknowledgeAsync(ChangeRequest request, AdoptionAcknowledgement acknowledgement, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => Acknowledge(transaction.Session, request, acknowledgement), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<AdoptionAcknowledgement>> AcknowledgementsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.Query("SELECT document FROM adoption_acknowledgement ORDER BY table_id, rule_id", r => StoreSession.DocumentOf<AdoptionAcknowledgement>(r, 0)).ToImmutableArray(), cancellationToken);

    private Result<AdoptionAcknowledgement> Acknowledge(StoreSession session, ChangeRequest request, AdoptionAcknowledgement acknowledgement)
    {
        var subject = $"{acknowledgement.Table} {acknowledgement.Rule}";
        if (RequestRows.Find(session, request) is { } first)
        {
            if (first.Conflict(request, RequestRows.Adoption, subject) is { } conflict) return conflict;
            return DomainJson.Read<AdoptionAcknowledgement>(first.Answer);
        }
        var document = DomainJson.Write(acknowledgement);
        session.Execute(
            "INSERT INTO adoption_acknowledgement (table_id, rule_id, document) VALUES ($1, $2, $3) ON CONFLICT (table_id, rule_id) DO UPDATE SET document = excluded.document",
            acknowledgement.Table.Value, acknowledgement.Rule.Value, document);
        RequestRows.Keep(session, request, RequestRows.Adoption, subject, acknowledgement.SourceVersion, document, clock.GetUtcNow());
        return acknowledgement;
    }

    // What was seen of a version first stays: a version never changes. One told before its day shows its rule later.
    private static int Put(StoreSession session, SourceRuleVersion seen)
    {
        object[] key = [seen.Source.Organisation.Value, seen.Source.Rule.Value, seen.Source.Table.Value, seen.Source.Version];
        var known = session.First("SELECT document FROM source_rule WHERE organisation = $1 AND rule_id = $2 AND table_id = $3 AND version = $4", r => StoreSession.DocumentOf<SourceRuleVersion>(r, 0), key);
        if (known is null) return session.Changed("INSERT INTO source_rule (organisation, rule_id, table_id, version, document) VALUES ($1, $2, $3, $4, $5)", [.. key, DomainJson.Write(seen)]);
        return known is not { Content: null, Gone: false }
            ? 0
            : session.Changed(
                "UPDATE source_rule SET document = $5 WHERE organisation = $1 AND rule_id = $2 AND table_id = $3 AND version = $4",
                [.. key, DomainJson.Write(known with { Content = seen.Content, Gone = seen.Gone })]);
    }

    private static Result<string> Kept(int rows) => rows.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
