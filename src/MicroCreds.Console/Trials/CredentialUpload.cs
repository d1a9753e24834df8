using Google.Protobuf;
using MicroCreds.Console.Security;
using MicroCreds.Federation.V1;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Console.Trials;

/// <summary>A credential file chosen in a form.</summary>
internal static class CredentialUpload
{
    /// <summary>Most bytes of a form with a file. Source: <c>ExploreRecognitionRequest.credential</c> of the contract, 2 MiB, with room for the form.</summary>
    public const long MaxFormBytes = (2 * 1024 * 1024) + (64 * 1024);

    /// <summary>The question about the file; null when none was chosen.</summary>
    public static async Task<ExploreRecognitionRequest?> ReadAsync(IFormCollection form, ConsoleContext page, CancellationToken cancellationToken)
    {
        if (form.Files.GetFile("credential") is not { Length: > 0 } file) return null;
        await using var content = file.OpenReadStream();
        return new ExploreRecognitionRequest { Institution = page.Organisation, Credential = await ByteString.FromStreamAsync(content, cancellationToken) };
    }
}
