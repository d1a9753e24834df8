using Grpc.Core;
using MicroCreds.Domain.Cases;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Paging;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>Streams changes of cases in the order of commit, with the cursor to resume after in every message.</summary>
internal sealed class CaseWatch(Feed feed, TimeProvider clock)
{
    /// <summary>Changes read at a time.</summary>
    private const int Batch = 256;

    /// <summary>Streams what comes after a cursor until the caller leaves or the node stops. A checkpoint says when everything kept has been replayed.</summary>
    public Task StreamAsync(HostedInstitution institution, Caller caller, long after, IServerStreamWriter<Wire.WatchCasesResponse> responses, CancellationToken cancellationToken) =>
        feed.StreamAsync(after, new Changes(institution, caller, responses, clock), cancellationToken);

    private sealed class Changes(HostedInstitution institution, Caller caller, IServerStreamWriter<Wire.WatchCasesResponse> responses, TimeProvider clock) : IFeedSource<CaseChangeNotice>
    {
        public async Task<IReadOnlyList<CaseChangeNotice>> ReadAsync(long after, CancellationToken cancellationToken) =>
            await institution.Cases.ChangesAsync(after, Batch, cancellationToken);

        public long CursorOf(CaseChangeNotice entry) => entry.Cursor;

        public async Task<bool> SendAsync(CaseChangeNotice entry, CancellationToken cancellationToken)
        {
            if (!caller.Sees(entry.Case.SubmittedBy)) return false;
            var summary = CaseMapping.ToWire(entry.Case, institution.Organisation, caller, RecognitionClock.DayOf(clock.GetUtcNow()));
            await responses.WriteAsync(new() { Cursor = Feed.Write(entry.Cursor), RecognitionCase = summary }, cancellationToken);
            return true;
        }

        public Task SendCheckpointAsync(long cursor, CancellationToken cancellationToken) => responses.WriteAsync(new() { Cursor = Feed.Write(cursor) }, cancellationToken);

        public Task WaitAsync(long after, CancellationToken cancellationToken) => institution.Cases.WaitForChangeAsync(after, cancellationToken);
    }
}
