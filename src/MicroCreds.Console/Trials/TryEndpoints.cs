using Grpc.Core;
using MicroCreds.Console.Language;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Console.Tables;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Trials;

/// <summary>What the institution's own rules would say about an achievement that is described, or about a file without its learner.</summary>
internal static class TryEndpoints
{
    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/try", ShowAsync);
        console.MapPost("/try", UploadAsync).WithMetadata(new FormLimit(CredentialUpload.MaxFormBytes));
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ConsoleContext page, NodeClient node, Words words, CancellationToken cancellationToken)
    {
        if (page.Institution is null) return Page.Message("no-institution", StatusCodes.Status403Forbidden);
        var (achievement, trial) = (AchievementForm.From(http.Request.Query), TrialForm.From(http.Request.Query));
        var tables = await TableEndpoints.ListAsync(page, node, cancellationToken);
        var slips = achievement.Check(words);
        Assessment? assessment = null;
        NodeProblem? problem = null;
        if (achievement.Given && slips.IsEmpty)
        {
            try
            {
                assessment = (await node.Assessment.TryRulesAsync(trial.ToRequest(achievement, page), node.Call(cancellationToken))).Assessment;
            }
            catch (RpcException refused) when (NodeProblem.From(refused) is { SignInNeeded: false } found)
            {
                problem = found;
            }
        }
        return Page.Of<TryPage>(
            problem?.HttpStatus ?? (slips.IsEmpty ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity),
            ("Achievement", achievement), ("Trial", trial), ("Tables", tables), ("Answer", assessment), ("Problem", problem), ("Errors", slips));
    }

    // The description of a file is what partners would be asked: the node reads the file, leaves the learner out, and keeps neither.
    private static async Task<IResult> UploadAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var request = await CredentialUpload.ReadAsync(form, page, cancellationToken);
        if (request is null) return Page.Message("no-credential", StatusCodes.Status422UnprocessableEntity);
        using var asked = node.Explore.ExploreRecognition(request, node.Call(cancellationToken));
        while (await asked.ResponseStream.MoveNext(cancellationToken))
            if (asked.ResponseStream.Current.Question is { Achievement: { } described })
                return Page.SeeOther(page.To("/try", AchievementForm.Of(described).Pairs.AsSpan()));
        return Page.Message("no-credential", StatusCodes.Status422UnprocessableEntity);
    }
}
