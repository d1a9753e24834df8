using System.Text.Json.Nodes;
using MicroCreds.Cli.Output;
using MicroCreds.Domain.Verification;
using Spectre.Console;

namespace MicroCreds.Cli.Verification;

/// <summary>One check as it is shown. <see cref="Result"/> is <c>OK</c>, <c>SKIPPED</c> or <c>ERROR</c>; a skipped check is never read as passed.</summary>
internal sealed record ShownCheck(string Kind, string Result, string Reason, string Evidence, string Source, bool Holds);

/// <summary>
/// What an offline verification found in one file. With <c>--json</c>: <c>file, format, verdict, reasons, digest, checkedAt, checks</c> and, by the kind
/// of file, <c>achievement</c> with what stands around it, or <c>statement</c>.
/// </summary>
internal sealed record FileVerdict
{
    /// <summary>The file as named.</summary>
    public required string File { get; init; }
    /// <summary>Format found by looking into it: <c>edc-jades</c>, <c>ob3-vc-di</c>, <c>sd-jwt</c> and so on (<see cref="MicroCreds.Domain.Verification.CredentialFormats"/>), <c>ects-decision+sd-jwt</c>, <c>unknown</c>.</summary>
    public required string Format { get; init; }
    /// <summary><c>ACCEPT</c>, <c>HOLD</c> (a person must look) or <c>REJECT</c>.</summary>
    public required string Verdict { get; init; }
    /// <summary>Classes of everything that did not pass, in capitals.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }
    /// <summary>SHA-256 of what was verified, base64url.</summary>
    public required string Digest { get; init; }
    /// <summary>Time as of which it was verified.</summary>
    public required DateTimeOffset CheckedAt { get; init; }
    /// <summary>The checks in order.</summary>
    public required IReadOnlyList<ShownCheck> Checks { get; init; }
    /// <summary>Further members of the JSON object.</summary>
    public required JsonObject Content { get; init; }
    /// <summary>The content for people, as names and values.</summary>
    public required IReadOnlyList<(string Name, string? Value)> Facts { get; init; }

    /// <summary>Elements and criteria, explained; empty for an exported decision.</summary>
    public IReadOnlyList<CredentialFinding> Findings { get; init; } = [];
    /// <summary>Who has which part in the credential; empty for an exported decision.</summary>
    public IReadOnlyList<CredentialRole> Roles { get; init; } = [];

    /// <summary>The object written with <c>--json</c>.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["file"] = File,
            ["format"] = Format,
            ["verdict"] = Verdict,
            ["reasons"] = new JsonArray([.. Reasons.Select(reason => (JsonNode?)reason)]),
            ["digest"] = Digest,
            ["checkedAt"] = CheckedAt.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            ["checks"] = new JsonArray([.. Checks.Select(check => new JsonObject
            {
                ["kind"] = check.Kind, ["result"] = check.Result, ["reason"] = check.Reason, ["holds"] = check.Holds, ["evidence"] = check.Evidence, ["source"] = check.Source,
            })]),
        };
        foreach (var (name, value) in Content) json[name] = value?.DeepClone();
        if (Findings.Count > 0)
            json["findings"] = new JsonArray([.. Findings.Select(finding => new JsonObject
            {
                ["kind"] = PlainText.Of(finding.Kind), ["code"] = finding.Code, ["standing"] = PlainText.Of(finding.Standing), ["grade"] = finding.Grade, ["found"] = finding.Found,
                ["place"] = finding.Place, ["missing"] = finding.Missing, ["source"] = finding.Source,
            })]);
        if (Roles.Count > 0)
            json["roles"] = new JsonArray([.. Roles.Select(role => new JsonObject
            {
                ["kind"] = PlainText.Of(role.Kind), ["name"] = role.Name, ["identifiers"] = new JsonArray([.. role.Identifiers.Select(identifier => (JsonNode?)identifier)]), ["basis"] = role.Basis,
            })]);
        return json;
    }

    /// <summary>The verdict for people.</summary>
    public void Show(IAnsiConsole console)
    {
        console.Heading($"{File}: {Verdict}{(Reasons.Count > 0 ? $" ({string.Join(", ", Reasons)})" : "")}");
        console.Write(Tables.Facts([("format", Format), ("digest", Digest), .. Facts]));
        var table = Tables.Of("check", "result", "reason", "evidence", "against");
        foreach (var check in Checks) table.Row(check.Kind, check.Holds ? $"{check.Result}, holds" : check.Result, check.Reason, check.Evidence, check.Source);
        console.Write(table);
        if (Roles.Count > 0)
        {
            var roles = Tables.Of("part", "who", "identifiers", "by");
            foreach (var role in Roles) roles.Row(PlainText.Of(role.Kind), role.Name, string.Join(", ", role.Identifiers), role.Basis);
            console.Write(roles);
        }
        if (Findings.Count == 0) return;
        var findings = Tables.Of("element or criterion", "standing", "found", "missing", "where");
        foreach (var finding in Findings)
            findings.Row(finding.Code, $"{PlainText.Of(finding.Standing)}{(finding.Grade.Length > 0 ? $" ({finding.Grade})" : "")}", finding.Found, finding.Missing, finding.Place);
        console.Write(findings);
    }
}
