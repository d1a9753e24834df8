using Grpc.Core;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>
/// Works on the submissions of a stream: several at once, each with a turn of its own in the institution's share, so that a stream is served like as many calls. What is worked on is bounded,
/// and nothing further is read before there is room, which is what holds a fast sender back.
/// </summary>
internal sealed class SubmissionStreams(Hosting hosting, NodeMetrics metrics, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<SubmissionStreams> logger)
{
    /// <summary>Answers every submission of the stream. Ends when all are answered; what is being worked on is finished in any case.</summary>
    /// <param name="caller">Who submits.</param>
    /// <param name="requests">Submissions.</param>
    /// <param name="responses">Answers.</param>
    /// <param name="context">The call.</param>
    /// <param name="submit">Does what <c>SubmitCredential</c> does, and throws its refusals.</param>
    public async Task RunAsync(
        Caller caller, IAsyncStreamReader<Wire.SubmitCredentialsRequest> requests, IServerStreamWriter<Wire.SubmitCredentialsResponse> responses, ServerCallContext context,
        Func<Wire.SubmitCredentialRequest, Task<Wire.RecognitionCase>> submit)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var turn = new SemaphoreSlim(1);
        var working = new Dictionary<Task, int>();
        try
        {
            while (await requests.MoveNext(reading.Token))
            {
                var submission = requests.Current.Submission ?? new();
                var size = submission.CalculateSize();
                while (working.Count >= TransportLimits.MaxSubmissionsAtOnce || (working.Count > 0 && working.Values.Sum() + size > TransportLimits.MaxSubmissionBytesAtOnce))
                    await LeaveAsync(await Task.WhenAny(working.Keys));
                // Verifying is work of the processor: aside, so that the next is read meanwhile.
                working.Add(Task.Run(() => AnswerAsync(submission), context.CancellationToken), size);
            }

            while (working.Count > 0) await LeaveAsync(await Task.WhenAny(working.Keys));
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw Problem.Of(ProblemCode.StoreUnavailable, "The node stops. Send what was not answered again, with the same request ids.", ("cause", "stopping")).ToRpcException();
        }
        finally
        {
            // Nobody writes to a call that has ended; why it ended is said by what ended it.
            await Task.WhenAll(working.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task LeaveAsync(Task done)
        {
            working.Remove(done);
            await done;
        }

        async Task AnswerAsync(Wire.SubmitCredentialRequest submission)
        {
            var answer = new Wire.SubmitCredentialsResponse { RequestId = submission.RequestId };
            try
            {
                using var share = InstitutionNamed<Wire.SubmitCredentialRequest>.In(submission, hosting, context) is { } institution
                    ? await institution.ShareOf(caller).EnterAsync(context.CancellationToken) : null;
                answer.RecognitionCase = await submit(submission);
            }
            catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
            {
                answer.Refusal = ProblemStatus.StatusOf(new CallInProgress(new(context.Method, Limit: null), context, metrics, clock, logger).Refusal(e));
            }

            await turn.WaitAsync(context.CancellationToken);
            try
            {
                await responses.WriteAsync(answer, context.CancellationToken);
            }
            finally
            {
                turn.Release();
            }
        }
    }
}
