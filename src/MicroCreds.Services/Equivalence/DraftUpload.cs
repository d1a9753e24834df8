using System.Buffers;
using System.Collections.Immutable;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Services.Errors;
using MicroCreds.Sheets;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>One upload: receives the sheets in chunks and tells how far the work on them is.</summary>
internal sealed class DraftUpload(Wire.ImportDraftRequest import, IServerStreamWriter<Wire.UploadDraftResponse> responses, TimeProvider clock)
{
    /// <summary>Largest chunk.</summary>
    internal const int MaxChunkBytes = 1024 * 1024;

    // What is read takes several times the memory of what was sent.
    private const int MaxReadAtOnce = 2;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Whose sheets are read at present.</summary>
    internal static SemaphoreSlim Turns { get; } = new(MaxReadAtOnce);

    private long _received;
    private int _rows;

    /// <summary>Receives the sheets.</summary>
    internal async Task<ImmutableArray<SheetFile>> ReceiveAsync(IAsyncStreamReader<Wire.UploadDraftRequest> requests, CancellationToken cancellationToken)
    {
        var contents = import.Sheets.Select(_ => new ArrayBufferWriter<byte>()).ToArray();
        var current = 0;
        while (await requests.MoveNext(cancellationToken))
        {
            var fields = new RequestFields();
            var chunk = requests.Current.Chunk ?? new();
            _received += chunk.Content.Length;
            fields.Require(chunk.SheetIndex >= current && chunk.SheetIndex < contents.Length, "chunk.sheet_index", $"must be {current} to {contents.Length - 1}: sheets come in the order of the first message");
            fields.Require(chunk.Content.Length is > 0 and <= MaxChunkBytes, "chunk.content", $"must have 1 to {MaxChunkBytes} bytes");
            fields.Require(_received <= SheetReader.MaxBytes, "chunk.content", $"brings the sheets to {_received} bytes in all; at most {SheetReader.MaxBytes}");
            fields.ThrowIfWrong();
            current = chunk.SheetIndex;
            contents[current].Write(chunk.Content.Span);
            await TellAsync(Wire.UploadProgress.Types.Phase.Receiving, cancellationToken);
        }

        for (var i = 0; i < contents.Length; i++) import.Sheets[i].Content = UnsafeByteOperations.UnsafeWrap(contents[i].WrittenMemory);
        return EquivalenceAdminMapping.ToImport(import).Sheets;
    }

    /// <summary>What identifies the request: its fields, and of the sheets their digests.</summary>
    internal Wire.ImportDraftRequest Identity()
    {
        var identity = import.Clone();
        foreach (var sheet in identity.Sheets) sheet.Content = ByteString.CopyFromUtf8(Sha256Digest.Of(sheet.Content.Span).Value);
        return identity;
    }

    /// <summary>Reads the rows.</summary>
    internal Task<SheetReading> ReadAsync(ImmutableArray<SheetFile> files, CancellationToken cancellationToken) => DuringAsync(
        Wire.UploadProgress.Types.Phase.Reading,
        () => Task.FromResult(SheetReader.ReadEach(files, () =>
        {
            // One row costs some ten microseconds: asking at each whether the caller has left costs nothing beside it.
            cancellationToken.ThrowIfCancellationRequested();
            Interlocked.Increment(ref _rows);
        })),
        cancellationToken);

    /// <summary>Does a part of the work aside, and tells how far it is meanwhile and at its end.</summary>
    internal async Task<T> DuringAsync<T>(Wire.UploadProgress.Types.Phase phase, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await TellAsync(phase, cancellationToken);
        var done = Task.Run(work, cancellationToken);
        try
        {
            while (await Task.WhenAny(done, Task.Delay(Interval, clock, cancellationToken)) != done) await TellAsync(phase, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // A caller that has left is told nothing more; whether its work was done is what the work itself says.
        }

        return await done;
    }

    /// <summary>Answers the result.</summary>
    internal Task AnswerAsync(Wire.ImportDraftResponse result, CancellationToken cancellationToken) => responses.WriteAsync(new() { Result = result }, cancellationToken);

    private Task TellAsync(Wire.UploadProgress.Types.Phase phase, CancellationToken cancellationToken) =>
        responses.WriteAsync(new() { Progress = new() { Phase = phase, ReceivedBytes = _received, ReadRows = Volatile.Read(ref _rows) } }, cancellationToken);
}
