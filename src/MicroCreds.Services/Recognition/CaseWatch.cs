using System.Globalization;
using Grpc.Core;
using MicroCreds.Domain.Cases;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;
using Microsoft.Extensions.Hosting;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>Streams changes of cases in the order of commit, with the cursor to resume after in every message.</summary>
internal sealed class CaseWatch(IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>Longest silence: after it comes a checkpoint, so that a caller knows a quiet stream from a broken one.</summary>
    public static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(15);

    /// <summary>Changes read at a time.</summary>
    private const int Batch = 256;

    /// <summary>Reads a cursor that this node gave.</summary>
    public static bool TryReadCursor(string text, out long cursor) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cursor);

    /// <summary>Streams what comes after a cursor until the caller leaves or the node stops. A checkpoint says when everything kept has been replayed.</summary>
    public async Task StreamAsync(HostedInstitution institution, Caller caller, long after, IServerStreamWriter<Wire.WatchCasesResponse> responses, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await FollowAsync(institution, caller, after, responses, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The caller resumes after the last cursor it saw, here or after a restart.
        }
    }

    private async Task FollowAsync(HostedInstitution institution, Caller caller, long cursor, IServerStreamWriter<Wire.WatchCasesResponse> responses, CancellationToken cancellationToken)
    {
        var sentAt = clock.GetTimestamp();
        var replayed = false;
        while (true)
        {
            var changes = await institution.Cases.ChangesAsync(cursor, Batch, cancellationToken);
            foreach (var change in changes)
            {
                cursor = change.Cursor;
                if (!caller.Sees(change.Case.SubmittedBy)) continue;
                await responses.WriteAsync(Message(cursor, CaseMapping.ToWire(change.Case, institution.Organisation, caller, Today())), cancellationToken);
                sentAt = clock.GetTimestamp();
            }

            if ((changes.IsEmpty && !replayed) || clock.GetElapsedTime(sentAt) >= CheckpointEvery)
            {
                replayed |= changes.IsEmpty;
                await responses.WriteAsync(Message(cursor, null), cancellationToken);
                sentAt = clock.GetTimestamp();
            }

            if (changes.IsEmpty) await WaitAsync(institution, cursor, CheckpointEvery - clock.GetElapsedTime(sentAt), cancellationToken);
        }
    }

    private async Task WaitAsync(HostedInstitution institution, long cursor, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(institution.Cases.WaitForChangeAsync(cursor, either.Token), Task.Delay(atMost > TimeSpan.Zero ? atMost : TimeSpan.Zero, clock, either.Token));
        await either.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        await first;
    }

    private DateOnly Today() => RecognitionClock.DayOf(clock.GetUtcNow());

    private static Wire.WatchCasesResponse Message(long cursor, Wire.CaseSummary? summary) =>
        new() { Cursor = cursor.ToString(CultureInfo.InvariantCulture), RecognitionCase = summary };
}
