using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Statements;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Exchange;

/// <summary>Between statements of the domain and of the contract.</summary>
internal static class ExchangeMapping
{
    /// <summary>A statement from the wire. Anything that is not ASCII in it makes the signature fail later.</summary>
    public static SignedStatement ToSigned(Wire.SignedStatement statement) =>
        new(Encoding.Latin1.GetString(statement.Jws.Span), [.. statement.Disclosures]);

    /// <summary>A statement for the wire: exactly the bytes that were signed.</summary>
    public static Wire.SignedStatement ToWire(SignedStatement statement)
    {
        var wire = new Wire.SignedStatement { MediaType = SignedStatement.MediaType, Jws = ByteString.CopyFrom(statement.Jws, Encoding.ASCII) };
        wire.Disclosures.AddRange(statement.Disclosures);
        return wire;
    }

    /// <summary>A statement with its receipt.</summary>
    public static Wire.StatementEvidence ToWire(StatementEvidence evidence) => new()
    {
        Issuer = evidence.Issuer.Value,
        Audience = evidence.Audience.Value,
        Epoch = evidence.Statement.Epoch,
        Sequence = evidence.Statement.Sequence,
        Digest = evidence.Statement.Digest.Value,
        Statement = ToWire(evidence.Statement.Statement),
        Receipt = ByteString.CopyFrom(evidence.Receipt, Encoding.ASCII),
        ReceiptDigest = evidence.Receipt.Length == 0 ? "" : Sha256Digest.Of(Encoding.ASCII.GetBytes(evidence.Receipt)).Value,
        StoreTime = Timestamp.FromDateTimeOffset(evidence.StoredAt),
    };

    /// <summary>Head of a stream to a partner.</summary>
    public static Wire.StreamHead ToWire(OutgoingStream stream, OrganisationId issuer) => new()
    {
        Issuer = issuer.Value,
        Audience = stream.Partner.Value,
        Epoch = stream.Head.Epoch,
        Sequence = stream.Head.Sequence,
        HeadDigest = stream.Head.Head?.Value ?? "",
        ReceiptedSequence = stream.Acknowledged.Sequence,
        OldestUnreceiptedTime = stream.OldestUnacknowledgedAt is { } at ? Timestamp.FromDateTimeOffset(at) : null,
    };

    /// <summary>Head of a stream from a partner, receipted as far as it was received.</summary>
    public static Wire.StreamHead ToWire(IncomingStream stream, OrganisationId audience) => new()
    {
        Issuer = stream.Partner.Value,
        Audience = audience.Value,
        Epoch = stream.Head.Epoch,
        Sequence = stream.Head.Sequence,
        HeadDigest = stream.Head.Head?.Value ?? "",
        ReceiptedSequence = stream.Head.Sequence,
    };
}
