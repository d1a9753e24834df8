using Grpc.Core;
using MicroCreds.Console.Language;
using MicroCreds.Console.Node;
using MicroCreds.Console.Pages;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Console.Trials;

/// <summary>One achievement asked of every institution at once.</summary>
internal static class ExploreEndpoints
{
    private const int PartnerTimeoutMs = 5000;

    public static void Map(RouteGroupBuilder console)
    {
        console.MapGet("/explore", AskAsync);
        console.MapPost("/explore", UploadAsync).WithMetadata(new FormLimit(CredentialUpload.MaxFormBytes));
    }

    private static async Task<IResult> AskAsync(HttpContext http, ConsoleContext page, NodeClient node, Words words, CancellationToken cancellationToken)
    {
        if (page.Institution is null) return Page.Message("no-institution", StatusCodes.Status403Forbidden);
        var achievement = AchievementForm.From(http.Request.Query);
        var asOf = Words.TryDay(http.Request.Query["as_of"].ToString()) is null ? "" : http.Request.Query["as_of"].ToString();
        var slips = achievement.Check(words);
        if (!achievement.Given || !slips.IsEmpty)
            return Page.Of<ExplorePage>(slips.IsEmpty ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity, ("Achievement", achievement), ("AsOf", asOf), ("Errors", slips));
        var request = new ExploreRecognitionRequest { Institution = page.Organisation, Achievement = achievement.ToDescription(), AsOfDate = asOf };
        return await StreamAsync(request, achievement, node, cancellationToken);
    }

    private static async Task<IResult> UploadAsync(HttpContext http, ConsoleContext page, NodeClient node, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        return await CredentialUpload.ReadAsync(form, page, cancellationToken) is { } request
            ? await StreamAsync(request, null, node, cancellationToken)
            : Page.Message("no-credential", StatusCodes.Status422UnprocessableEntity);
    }

    // The first message is waited for: until it comes, a refusal can still have a page of its own.
    private static async Task<IResult> StreamAsync(ExploreRecognitionRequest request, AchievementForm? achievement, NodeClient node, CancellationToken cancellationToken)
    {
        request.PartnerTimeoutMs = PartnerTimeoutMs;
        var asked = node.Explore.ExploreRecognition(request, node.Call(cancellationToken));
        try
        {
            if (!await asked.ResponseStream.MoveNext(cancellationToken) || asked.ResponseStream.Current.Question is not { } question)
                throw new InvalidOperationException("An exploration began without its question.");
            return new StreamedExploration(asked, question, achievement ?? AchievementForm.Of(question.Achievement));
        }
        catch (RpcException refused) when (NodeProblem.From(refused) is { SignInNeeded: false } problem)
        {
            asked.Dispose();
            return Page.Of<ExplorePage>(problem.HttpStatus, ("Achievement", achievement ?? new AchievementForm()), ("AsOf", request.AsOfDate), ("Problem", problem));
        }
        catch
        {
            asked.Dispose();
            throw;
        }
    }
}
