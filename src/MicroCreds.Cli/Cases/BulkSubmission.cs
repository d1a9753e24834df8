using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Cases;

/// <summary>Many applications over one stream: a line for each file, and what a broken stream or a busy node left unanswered is sent again.</summary>
/// <param name="call">The node.</param>
/// <param name="request">What every application says but for its file; each has an id made of this one's and the file.</param>
internal sealed class BulkSubmission(NodeCall call, SubmitCredentialRequest request)
{
    /// <summary>Streams that are tried one after another without a new answer.</summary>
    private const int TriesWithoutAnswer = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, List<string>> _unanswered = new(StringComparer.Ordinal);
    private bool _well = true;

    /// <summary>Sends the files, and those in the folders named. Answers whether each became a case.</summary>
    public async Task<bool> SendAsync(IReadOnlyList<string> named, CancellationToken cancellationToken)
    {
        foreach (var file in named.SelectMany(Files)) Take(file);
        for (var tries = TriesWithoutAnswer; _unanswered.Count > 0; tries--)
        {
            var before = _unanswered.Count;
            RpcException? broken = null;
            try
            {
                await ExchangeAsync(cancellationToken);
            }
            catch (RpcException e) when (!cancellationToken.IsCancellationRequested && (Passing(e.StatusCode) || Broken(e)))
            {
                broken = e;
            }

            if (_unanswered.Count == 0) break;
            if (_unanswered.Count < before) tries = TriesWithoutAnswer;
            if (tries <= 1) return Unanswered(broken);
            await Task.Delay(Pause, cancellationToken);
        }

        return _well;
    }

    private static IEnumerable<string> Files(string named) =>
        Directory.Exists(named) ? Directory.GetFiles(named).Where(file => Path.GetFileName(file)[0] != '.').Order(StringComparer.Ordinal) : [named];

    // What may be otherwise when the same is sent again.
    private static bool Passing(StatusCode code) => code is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Aborted or StatusCode.ResourceExhausted;

    // How a connection ends that the node, or something between, closed amid the answers: with a status that nobody gave.
    private static bool Broken(RpcException e) => e.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled && e.Trailers.Count == 0;

    private void Take(string file)
    {
        try
        {
            var id = RequestIds.Of(request.RequestId, CommandFiles.Read(file));
            if (_unanswered.TryGetValue(id, out var same)) same.Add(file); else _unanswered[id] = [file];
        }
        catch (CommandFailure failure)
        {
            // A file that cannot be read stops nothing but itself.
            Refused(file, "", FailureReport.From(failure));
        }
    }

    private async Task ExchangeAsync(CancellationToken cancellationToken)
    {
        using var stream = call.Node.Recognition.SubmitCredentials(call.Node.Watch(cancellationToken));
        var answers = ReadAsync(stream.ResponseStream, cancellationToken);
        try
        {
            foreach (var (id, files) in _unanswered.ToList())
            {
                var submission = new SubmitCredentialRequest(request) { RequestId = id, Credential = UnsafeByteOperations.UnsafeWrap(CommandFiles.Read(files[0])) };
                await stream.RequestStream.WriteAsync(new() { Submission = submission }, cancellationToken);
            }

            await stream.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // A node that refuses the stream says why in its answer, and takes no more.
        }

        await answers;
    }

    private async Task ReadAsync(IAsyncStreamReader<SubmitCredentialsResponse> answers, CancellationToken cancellationToken)
    {
        while (await answers.MoveNext(cancellationToken))
        {
            var answer = answers.Current;
            if ((answer.Refusal is { } refusal && Passing((StatusCode)refusal.Code)) || !_unanswered.Remove(answer.RequestId, out var files)) continue;
            foreach (var file in files)
            {
                if (answer.RecognitionCase is { } one)
                    call.Output.Write(Line(file, answer.RequestId, "recognitionCase", CommandOutput.Node(one)), console => console.Say($"{file}: case {one.CaseId}, {PlainText.Of(one.State)}."));
                else
                    Refused(file, answer.RequestId, FailureReport.From(answer.Refusal ?? new(), call.Node.Address));
            }
        }
    }

    private bool Unanswered(RpcException? broken)
    {
        var report = broken is not null ? FailureReport.From(broken, call.Node.Address)
            : FailureReport.From(CommandFailure.Of("The node took the file and was too busy to answer.", "", call.Node.Address.ToString()));
        foreach (var (id, files) in _unanswered)
            foreach (var file in files) Refused(file, id, report with { WhatToDo = $"Send the same again with --request-id {request.RequestId}." });
        call.Output.Aside.Say($"{_unanswered.Count} not answered. Send the same again with --request-id {request.RequestId}: what was done is not done twice.");
        return false;
    }

    private void Refused(string file, string requestId, FailureReport report)
    {
        _well = false;
        call.Output.Write(Line(file, requestId, "error", report.ToJson()), console => console.Say($"{file}: {(report.Reason.Length > 0 ? report.Reason : report.Code)}. {report.What}"));
    }

    private static JsonObject Line(string file, string requestId, string result, JsonNode? value) => new() { ["file"] = file, ["requestId"] = requestId, [result] = value };
}
