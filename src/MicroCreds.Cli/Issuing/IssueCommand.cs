using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Cli.Issuing;

/// <summary><c>mcf issue</c>: makes a credential from claims, in any of the formats a node accepts.</summary>
internal static class IssueCommand
{
    private static readonly string Sealed = CredentialFormat.EuropeanDigitalCredential.Name();
    private static readonly string Token = CredentialFormat.OpenBadgeJwt.Name();
    private static readonly string Proof = CredentialFormat.OpenBadgeDataIntegrity.Name();
    private static readonly string SdJwt = CredentialFormat.SdJwt.Name();

    /// <summary>The command.</summary>
    public static Command Make(CommandHost host)
    {
        var claims = new Argument<string>("CLAIMS") { Description = "What the credential says, as JSON: the elements of Annex I by their names in snake_case, credits in hundredths. `mcf pilot --directory DIR` writes two examples." };
        var format = new Option<string>("--format") { Description = $"{Sealed}: European Digital Credential, sealed. {Token}, {Proof}: Open Badge 3.0 as JSON Web Token (ES256) or with a Data Integrity proof (ecdsa-rdfc-2019). {SdJwt}: SD-JWT whose learner is in disclosures.", DefaultValueFactory = _ => Sealed };
        format.AcceptOnlyFromAmong(Sealed, Token, Proof, SdJwt);
        var certificate = new Option<string>("--certificate") { Description = $"For {Sealed}: sealing certificate in PEM; it carries the organisation's identifier (OID 2.5.4.97).", HelpName = "FILE" };
        var key = new Option<string>("--key") { Description = "The private key, EC P-256, PKCS#8 in PEM.", HelpName = "FILE", Required = true };
        var newKey = new Option<bool>("--new-key") { Description = "Make the key if its file is not there; a seal also gets a certificate, of an authority whose own certificate goes to --trust." };
        var issuer = new Option<string>("--issuer") { Description = "For the other formats: name under which the key is published, did:web:… or https://…; did:key for the key itself. Default: did:web: and the issuer's domain.", HelpName = "NAME" };
        var learner = new Option<string>("--learner-key") { Description = $"For {SdJwt}: public key of the learner (JWK, EC P-256) to which the credential is bound.", HelpName = "FILE" };
        var trust = new Option<string>("--trust") { Description = "Also write into this folder what `mcf verify --trust` and Node:PinnedAnchors need to trust the issuer.", HelpName = "FOLDER" };
        var publish = new Option<string>("--publish") { Description = "Also write into this folder the DID document and the key set that the issuer puts on its site.", HelpName = "FOLDER" };
        var file = new Option<string>("--out", "-o") { Description = "Where to write the credential.", HelpName = "FILE", Required = true };
        return new Command("issue", "Issue a credential: sealed European Digital Credential, Open Badge 3.0, SD-JWT.") { claims, format, certificate, key, newKey, issuer, learner, trust, publish, file }.Does(host, (parsed, output, _) =>
        {
            var where = parsed.GetRequiredValue(claims);
            var read = ReadClaims(CommandFiles.ReadText(where), where);
            var now = host.Clock.GetUtcNow();
            var keys = new IssuingKeys(parsed.GetRequiredValue(key), parsed.GetValue(newKey), parsed.GetValue(trust), parsed.GetValue(publish));
            var kind = parsed.GetRequiredValue(format);
            var credential = kind == Sealed
                ? Issue(read, keys.Seal(parsed.GetValue(certificate), read.Issuer, now), now, where)
                : Sign(kind, read, keys.Signer(parsed.GetValue(issuer), read.Issuer), Learner(parsed.GetValue(learner)), now, where);
            var path = parsed.GetRequiredValue(file);
            CommandFiles.Write(path, credential);
            output.Write(
                new JsonObject
                {
                    ["file"] = path, ["format"] = kind, ["credentialId"] = read.CredentialId, ["bytes"] = credential.Length, ["digest"] = Domain.Identifiers.Sha256Digest.Of(credential).Value,
                    ["written"] = new JsonArray([.. keys.Written.Select(written => JsonValue.Create(written))]),
                },
                console =>
                {
                    console.Say($"Issued {read.CredentialId} ({credential.Length} bytes) into {path}.");
                    foreach (var written in keys.Written) console.Say($"Wrote {written}.");
                });
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
    public static byte[] Issue(EdcClaims claims, SealingCertificate seal, DateTimeOffset at, string where) =>
        Refused(() => new EdcIssuer(seal).Issue(claims, at), where);

    private static byte[] Sign(string format, EdcClaims claims, SigningIssuer issuer, VerificationKey? learner, DateTimeOffset at, string where) => Refused(() =>
        format == Token ? new OpenBadgeIssuer(issuer).IssueToken(claims, at)
        : format == Proof ? new OpenBadgeIssuer(issuer).IssueWithProof(claims, at)
        : new SdJwtIssuer(issuer).Issue(claims, at, learner), where);

    private static byte[] Refused(Func<byte[]> issue, string where)
    {
        try
        {
            return issue();
        }
        catch (ArgumentException e)
        {
            throw CommandFailure.Of($"The credential cannot be issued: {e.Message}", "Mend the claims, or take the seal of the organisation they name.", where, e);
        }
    }

    private static VerificationKey? Learner(string? path) =>
        path is null ? null
        : VerificationKey.TryFromJwk(CommandFiles.ReadText(path), out var key) ? key
        : throw CommandFailure.Of("This is no public key of a learner.", "It must be a JWK of an EC P-256 public key, without its private part.", path);
}
