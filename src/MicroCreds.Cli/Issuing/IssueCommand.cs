using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Documents;

namespace MicroCreds.Cli.Issuing;

/// <summary><c>mcf issue</c>: makes a sealed European Digital Credential from claims.</summary>
internal static class IssueCommand
{
    /// <summary>The command.</summary>
    public static Command Make(CommandHost host)
    {
        var claims = new Argument<string>("CLAIMS") { Description = "What the credential says, as JSON: the elements of Annex I by their names in snake_case, credits in hundredths. `mcf pilot --directory DIR` writes two examples." };
        var certificate = new Option<string>("--certificate") { Description = "Sealing certificate in PEM; it carries the organisation's identifier (OID 2.5.4.97).", HelpName = "FILE", Required = true };
        var key = new Option<string>("--key") { Description = "Its private key, EC P-256, PKCS#8 in PEM.", HelpName = "FILE", Required = true };
        var file = new Option<string>("--out", "-o") { Description = "Where to write the credential.", HelpName = "FILE", Required = true };
        return new Command("issue", "Issue a sealed European Digital Credential (ELM v3, JAdES).") { claims, certificate, key, file }.Does(host, (parsed, output, _) =>
        {
            if (!SealingCertificate.TryImportPem(CommandFiles.ReadText(parsed.GetRequiredValue(certificate)), CommandFiles.ReadText(parsed.GetRequiredValue(key)), out var seal))
                throw CommandFailure.Of("Certificate and key make no seal.", "They must belong together, be on P-256, and the certificate must carry an organizationIdentifier.", parsed.GetRequiredValue(certificate));
            var read = ReadClaims(CommandFiles.ReadText(parsed.GetRequiredValue(claims)), parsed.GetRequiredValue(claims));
            var path = parsed.GetRequiredValue(file);
            var credential = Issue(read, seal, host.Clock.GetUtcNow(), parsed.GetRequiredValue(claims));
            CommandFiles.Write(path, credential);
            output.Write(new JsonObject { ["file"] = path, ["credentialId"] = read.CredentialId, ["bytes"] = credential.Length, ["digest"] = Domain.Identifiers.Sha256Digest.Of(credential).Value },
                console => console.Say($"Issued {read.CredentialId} ({credential.Length} bytes) into {path}."));
            return Task.FromResult(ExitCodes.Ok);
        });
    }

    /// <summary>Reads claims. A missing <c>credential_id</c> is made.</summary>
    /// <exception cref="CommandFailure">The text is no JSON, or a claim is missing, unknown or of another shape.</exception>
    public static EdcClaims ReadClaims(string json, string where)
    {
        try
        {
            var claims = JsonNode.Parse(json)?.AsObject() ?? throw new JsonException("It holds no object.");
            claims["credential_id"] ??= EdcClaims.NewCredentialId();
            return DomainJson.Read<EdcClaims>(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw CommandFailure.Of($"The claims cannot be read: {e.Message}", "Mend what is named; `mcf pilot --directory DIR` writes two files as examples.", where, e);
        }
    }

    /// <summary>Seals claims.</summary>
    /// <exception cref="CommandFailure">A claim is not acceptable, or the seal is another organisation's.</exception>
    public static byte[] Issue(EdcClaims claims, SealingCertificate seal, DateTimeOffset at, string where)
    {
        try
        {
            return new EdcIssuer(seal).Issue(claims, at);
        }
        catch (ArgumentException e)
        {
            throw CommandFailure.Of($"The credential cannot be issued: {e.Message}", "Mend the claims, or take the seal of the organisation they name.", where, e);
        }
    }
}
