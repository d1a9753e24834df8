using Google.Protobuf.WellKnownTypes;
using MicroCreds.Services.Outside;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Members;

/// <summary>A document from outside as the contract shows it.</summary>
internal static class TrustSourceMapping
{
    /// <summary>The document as it stands at <paramref name="now"/>.</summary>
    public static Wire.TrustSource ToWire(KeptDocument kept, DateTimeOffset now)
    {
        var held = kept.Digest is not null;
        return new()
        {
            Kind = SnakeCase.Of(kept.Document.Kind),
            Address = kept.Document.Address,
            State = !held ? Wire.TrustSource.Types.State.Missing : now > kept.ReliedUntil ? Wire.TrustSource.Types.State.Stale : Wire.TrustSource.Types.State.Current,
            Description = kept.Words,
            FetchTime = Time(kept.FetchedAt),
            ConfirmTime = Time(kept.ConfirmedAt),
            ReliedUntilTime = Time(kept.ReliedUntil),
            TryTime = Time(kept.TriedAt),
            NextTime = Time(kept.NextAt),
            Failures = kept.Failures,
            Failure = kept.Failure,
            SizeBytes = kept.Bytes,
            Digest = kept.Digest?.Value ?? "",
        };
    }

    private static Timestamp? Time(DateTimeOffset? time) => time is { } known ? Timestamp.FromDateTimeOffset(known) : null;
}
