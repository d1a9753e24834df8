using System.Collections.Immutable;
using Google.Protobuf;
using Grpc.Core;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Recognition;
using MicroCreds.Services.Security;
using Microsoft.Extensions.Logging;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Assessment;

/// <summary>Runs one verb on several cases, one after another in the order sent: what one counts, the next sees. Each is kept or refused for itself.</summary>
internal sealed class SeveralCases(Hosting hosting, CaseChanges changes, NodeMetrics metrics, TimeProvider clock, ILogger<SeveralCases> logger)
{
    /// <summary>What became of each.</summary>
    /// <param name="commands">Cases of one institution; at least one.</param>
    /// <param name="roles">Roles of which the caller needs one.</param>
    /// <param name="context">The call.</param>
    /// <param name="about">The request as it would be about one case alone.</param>
    /// <param name="verb">The verb.</param>
    public async Task<IReadOnlyList<Wire.CaseAnswer>> RunAsync(
        ImmutableArray<CaseCommand> commands, StaffRole[] roles, ServerCallContext context, Func<CaseCommand, IMessage> about, Func<CaseMoment, Result<CaseTransition>> verb)
    {
        var named = commands[0].Institution;
        var institution = hosting.Find(named) ?? throw Hosting.Unknown(named.Value).ToRpcException();
        var caller = Caller.From(context).RequireStaff(institution, roles);
        var answers = new List<Wire.CaseAnswer>(commands.Length);
        foreach (var command in commands)
        {
            var answer = new Wire.CaseAnswer { CaseId = command.Case.Value };
            try
            {
                var request = ChangeRequests.Of(caller, context, command.Request, about(command));
                answer.ChangedCase = InShort(await changes.RunAsync(institution, caller, command, request, verb, context.CancellationToken));
            }
            catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
            {
                answer.Refusal = ProblemStatus.StatusOf(new CallInProgress(new(context.Method, Limit: null), context, metrics, clock, logger).Refusal(e));
            }

            answers.Add(answer);
        }

        return answers;
    }

    private static Wire.ChangedCase InShort(Wire.RecognitionCase c) =>
        new() { Etag = c.Etag, State = c.State, Decision = c.ProposedDecision?.Decision ?? c.Decisions.FirstOrDefault(d => d.InEffect) };
}
