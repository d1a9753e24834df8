using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Storage;

/// <summary>Verifies every signature a store keeps, and that what was signed is for the stream, the place and the case under which it is kept.</summary>
internal sealed class SignatureCheck
{
    private readonly StoreSession _session;
    private readonly OrganisationId _institution;
    private readonly MemberKeys _keys;
    private readonly ImmutableArray<StoreFinding>.Builder _findings;
    private readonly SortedDictionary<string, long> _unproven = new(StringComparer.Ordinal);
    private long _verified;

    private SignatureCheck(StoreSession session, OrganisationId institution, MemberKeys keys, ImmutableArray<StoreFinding> findings) =>
        (_session, _institution, _keys, _findings) = (session, institution, keys, findings.ToBuilder());

    /// <summary>Adds to <paramref name="findings"/> what is wrong with the signatures.</summary>
    internal static StoreVerdict Run(StoreSession session, OrganisationId institution, MemberKeys keys, ImmutableArray<StoreFinding> findings)
    {
        var check = new SignatureCheck(session, institution, keys, findings);
        check.Statements("to", partner => new StreamParties(institution, partner, keys.Consortium),
            "SELECT o.partner, o.epoch, o.sequence, o.previous_digest, s.case_id, s.jws, s.disclosures FROM outgoing o JOIN statement s ON s.digest = o.digest ORDER BY o.partner, o.epoch, o.sequence");
        check.Statements("from", partner => new StreamParties(partner, institution, keys.Consortium),
            "SELECT i.partner, i.epoch, i.sequence, i.previous_digest, s.case_id, s.jws, s.disclosures FROM incoming i JOIN statement s ON s.digest = i.digest ORDER BY i.partner, i.epoch, i.sequence");
        check.Receipts("to", partner => new StreamParties(institution, partner, keys.Consortium),
            "SELECT r.partner, r.epoch, r.up_to_sequence, o.digest, r.receipt FROM outgoing_receipt r JOIN outgoing o ON o.partner = r.partner AND o.epoch = r.epoch AND o.sequence = r.up_to_sequence ORDER BY 1, 2, 3");
        check.Receipts("from", partner => new StreamParties(partner, institution, keys.Consortium),
            "SELECT r.partner, r.epoch, r.up_to_sequence, i.digest, r.receipt FROM incoming_receipt r JOIN incoming i ON i.partner = r.partner AND i.epoch = r.epoch AND i.sequence = r.up_to_sequence ORDER BY 1, 2, 3");
        return new StoreVerdict(check._findings.ToImmutable(), check._verified, [.. check._unproven.Select(u => new StoreFinding(
            u.Key, string.Create(CultureInfo.InvariantCulture, $"{u.Value} signatures were not verified: the trust list holds no key for them")))]);
    }

    private void Statements(string direction, Func<OrganisationId, StreamParties> partiesOf, [ConstantExpected] string rows) =>
        _session.Each(rows, r =>
        {
            var parties = partiesOf(OrganisationId.Parse(r.GetString(0)));
            var place = new StreamPosition(r.GetInt32(1), r.GetInt64(2), r.IsDBNull(3) ? null : Sha256Digest.Parse(r.GetString(3)));
            var statement = new SignedStatement(r.GetString(5), StoreSession.DocumentOf<ImmutableArray<string>>(r, 6));
            var subject = string.Create(CultureInfo.InvariantCulture, $"stream {direction} {r.GetString(0)}, epoch {place.Epoch}, statement {place.Sequence}");
            if (Read(subject, parties.Issuer, keyOf => StatementCodec.Read(statement, parties, keyOf)) is { } body && (body.Position != place || body.Case.Value != r.GetString(4)))
                Find(subject, "it was signed for another place or another case");
        });

    private void Receipts(string direction, Func<OrganisationId, StreamParties> partiesOf, [ConstantExpected] string rows) =>
        _session.Each(rows, r =>
        {
            var parties = partiesOf(OrganisationId.Parse(r.GetString(0)));
            var upTo = StatementRows.HeadOf(r, 1);
            var subject = string.Create(CultureInfo.InvariantCulture, $"stream {direction} {r.GetString(0)}, epoch {upTo.Epoch}, receipt up to {upTo.Sequence}");
            if (Read(subject, parties.Audience, keyOf => ReceiptCodec.Read(r.GetString(4), parties, keyOf)) is { } receipt && receipt.UpTo != upTo)
                Find(subject, "it was signed for another place");
        });

    private T? Read<T>(string subject, OrganisationId signer, Func<Func<string, VerificationKey?>, Result<T>> read) where T : class
    {
        var unknown = false;
        var failed = read(keyId =>
        {
            var key = _keys.KeyOf(signer, keyId);
            unknown = key is null;
            return key;
        }).Failed(out var problem, out var value);
        if (failed && unknown) _unproven[signer.Value] = _unproven.GetValueOrDefault(signer.Value) + 1;
        else if (failed) Find(subject, problem?.Message ?? "its signature is wrong");
        else _verified++;
        return failed ? null : value;
    }

    private void Find(string subject, string text) => _findings.Add(new StoreFinding(subject, text));
}
