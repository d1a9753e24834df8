using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Statements;

namespace MicroCreds.Cli.Verification;

/// <summary>
/// Verifies an exported decision without a node: the statement under a key of the institution that says it, its place in the stream, and the
/// receipt under a key of the partner. All keys come from the trust list.
/// </summary>
internal static class EvidenceVerdict
{
    /// <summary>Whether the file is an exported decision, by its members.</summary>
    public static bool Is(ReadOnlyMemory<byte> file) => !DecisionExport.Read(file).Failed(out _, out _);

    /// <summary>Verifies one file. Without members no key is known and the file is rejected.</summary>
    public static FileVerdict Of(string file, ReadOnlyMemory<byte> content, MemberDirectory? members, string source, DateTimeOffset at)
    {
        if (DecisionExport.Read(content).Failed(out var problem, out var export)) throw new ArgumentException(problem.Message, nameof(content));
        var checks = new List<ShownCheck>();
        StatementBody? body = null;
        if (members is null)
            Add("statement", "ERROR", "KEY_UNRESOLVABLE", "No trust list is given, so the keys of nobody are known.");
        else if (PartiesOf(export.Statement, members) is not { } parties)
            Add("statement", "ERROR", "MALFORMED", "The statement does not name who says it to whom.");
        else if (StatementCodec.Read(export.Statement, parties, keyId => members.StatementKey(parties.Issuer, keyId)).Failed(out problem, out body))
            Add("statement", "ERROR", ReasonOf(problem.Facts.GetValueOrDefault("fault")), problem.Message);
        else
            Add("statement", "OK", "", $"Signed by {parties.Issuer} with key {body.KeyId}, number {body.Position.Sequence} of its stream to {parties.Audience}.");
        if (body is not null && members is not null) Receipt(export.Receipt, body, members, Add);

        var failed = checks.Where(check => check.Result == "ERROR").ToList();
        return new()
        {
            File = file,
            Format = SignedStatement.MediaType,
            Verdict = failed.Count == 0 ? "ACCEPT" : "REJECT",
            Reasons = [.. failed.Select(check => check.Reason).Distinct()],
            Digest = export.Statement.Digest.Value,
            CheckedAt = at,
            Checks = checks,
            Content = new JsonObject { ["receiptDigest"] = export.Receipt.Length == 0 ? null : Sha256Digest.Of(Encoding.ASCII.GetBytes(export.Receipt)).Value, ["statement"] = body is null ? null : Statement(body) },
            Facts = body is null ? [] : Facts(body),
        };

        void Add(string kind, string result, string reason, string evidence) => checks.Add(new(kind, result, reason, evidence, source, false));
    }

    private static void Receipt(string receipt, StatementBody body, MemberDirectory members, Action<string, string, string, string> add)
    {
        var audience = body.Parties.Audience;
        if (receipt.Length == 0)
            add("receipt", "SKIPPED", "", $"The file holds no receipt: nothing shows that {audience} has the statement.");
        else if (ReceiptCodec.Read(receipt, body.Parties, keyId => members.StatementKey(audience, keyId)).Failed(out var problem, out var read))
            add("receipt", "ERROR", ReasonOf(problem.Facts.GetValueOrDefault("fault")), problem.Message);
        else if (read.UpTo.Epoch != body.Position.Epoch || read.UpTo.Sequence < body.Position.Sequence || (read.UpTo.Sequence == body.Position.Sequence && read.UpTo.Head != body.Digest))
            add("receipt", "ERROR", "RECEIPT_MISMATCH", $"The receipt is for number {read.UpTo.Sequence} of epoch {read.UpTo.Epoch} and does not cover this statement.");
        else
            add("receipt", "OK", "", $"{audience} signed that it holds the stream up to number {read.UpTo.Sequence}.");
    }

    /// <summary>Who the statement says it is from and for. Not trusted: the codec then demands exactly these under the issuer's own key.</summary>
    private static StreamParties? PartiesOf(SignedStatement statement, MemberDirectory members)
    {
        var parts = statement.Jws.Split('.');
        if (parts.Length != 3 || !Base64UrlText.TryDecode(parts[1], out var payload) || !StrictJson.TryParse(payload, SignedStatement.MaxBytes, out var document, out _)) return null;
        using (document)
        {
            var root = document.RootElement;
            return root.ValueKind == System.Text.Json.JsonValueKind.Object && root.TryGetProperty("stream", out var stream) && stream.ValueKind == System.Text.Json.JsonValueKind.String
                && stream.GetString()?.Split('>') is [var issuer, var audience] && OrganisationId.TryParse(issuer, out var from) && OrganisationId.TryParse(audience, out var to)
                ? new StreamParties(from, to, members.List.Consortium) : null;
        }
    }

    private static JsonObject Statement(StatementBody body) => new()
    {
        ["issuer"] = body.Parties.Issuer.Value,
        ["audience"] = body.Parties.Audience.Value,
        ["consortium"] = body.Parties.Consortium,
        ["epoch"] = body.Position.Epoch,
        ["sequence"] = body.Position.Sequence,
        ["kind"] = Word(body.Kind),
        ["case"] = body.Case.Value,
        ["version"] = body.Version,
        ["supersedes"] = body.Supersedes,
        ["issuedAt"] = body.IssuedAt.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["keyId"] = body.KeyId,
        ["content"] = JsonNode.Parse(body.Content.Span),
        ["disclosed"] = new JsonObject(body.PersonalData.Select(claim => KeyValuePair.Create(claim.Name, (JsonNode?)claim.Value))),
    };

    private static (string, string?)[] Facts(StatementBody body)
    {
        var content = JsonNode.Parse(body.Content.Span);
        return
        [
            ("from", body.Parties.Issuer.Value), ("to", body.Parties.Audience.Value), ("case", body.Case.Value), ("kind", $"{Word(body.Kind)}, version {body.Version}"),
            ("said", body.IssuedAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)), ("outcome", (string?)content?["outcome"]), ("ECTS credits", (string?)content?["ects"]),
            ("decided by", (string?)content?["decided_by"]), ("authority", (string?)content?["authority"]),
            .. body.PersonalData.Select(claim => (claim.Name, (string?)claim.Value)),
        ];
    }

    private static string ReasonOf(string? fault) => fault switch
    {
        "key_unknown" => "KEY_UNRESOLVABLE",
        "signature" => "PROOF_INVALID",
        "algorithm" => "WEAK_ALGORITHM",
        "type" or "header" => "UNSUPPORTED_PROOF",
        "claims" or "disclosure" => "CLAIMS_INVALID",
        _ => "MALFORMED",
    };

    private static string Word(StatementKind kind) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
