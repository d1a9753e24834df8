using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace MicroCreds.Tests.Operations;

/// <summary><c>MicroCreds.Node support-bundle</c>: it helps, and it gives away nothing.</summary>
public sealed class SupportBundleTests : IDisposable
{
    private const string Canary = "CANARY";
    private readonly OperatedNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task holds_nothing_of_what_was_planted_everywhere()
    {
        await using (var database = await _node.OpenAsync()) await _node.FillAsync(database);
        // Into rows that a check finds and names, into rows that it reads, and into what it says of them.
        foreach (var planted in new[]
        {
            $"UPDATE recognition_case SET assignee = '{Canary}-anna', achievement_title = '{Canary}-title'", $"UPDATE change_request SET caller = 'staff:{Canary}', place = 99", $"UPDATE credential_file SET bytes = CAST('{Canary} Maria' AS BLOB)",
            "UPDATE counter SET value = value + 1",
        }) _node.Change(planted);
        var data = Path.GetDirectoryName(_node.Directory)!;
        await File.WriteAllTextAsync(Path.Combine(_node.Directory, "keys", "learner.secret"), Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Canary}-secret-of-the-32-bytes..")));
        await File.WriteAllTextAsync(Path.Combine(data, "admin.token"), $"{Canary}.token");
        await File.WriteAllTextAsync(Path.Combine(data, "node.json"), $$"""{"web":"http://127.0.0.1:1/{{Canary}}","signIn":"http://127.0.0.1:1/sign-in?code={{Canary}}"}""");
        await File.WriteAllLinesAsync(_node.At("log"),
        [
            Line("MicroCreds.Services.Exchange.PartnerExchange", 10, "Notified {Partner} of statement {Sequence} from {Institution}", """ "Partner":"uni-madrid.example","Sequence":3,"Institution":"uni-roma.example" """),
            Line("MicroCreds.Services.Security.NodeInterceptor", 2, "{Method} failed", $$""" "Method":"/microcreds.federation.v1.RecognitionService/GetCase","Caller":"staff:{{Canary}}","Partner":"{{Canary}} Maria","Detail":"{{Canary}}","{{Canary}} x":1 """,
                $"System.InvalidOperationException: {Canary} was born\\n ---> System.IO.IOException: {Canary}\\n   at MicroCreds.Services.X.Run(String {Canary}) in /home/{Canary}/X.cs:line 3\\n{Canary}"),
            Line("Some.Library", 1, $"{Canary} in a template", """ "Matriculation":20041977 """),
            $"{{\"Category\":\"{Canary} x\",\"State\":{{}}}}", $"plain text of {Canary}", $"{{\"{Canary}\":",
        ]);
        string[] options =
        [
            $"--Node:Institutions:0:Policy:AppealBody={Canary}", $"--Node:Institutions:0:Name={Canary}", $"--Node:PublicWebUrl=https://{Canary}:{Canary}@node.example", $"--Node:Otlp:Endpoint=https://{Canary}@otlp.example",
            $"--Node:KeysDirectory={_node.At(Canary)}", $"--Node:Institutions:0:Policy:LegalBasis:Recognition={Canary}",
        ];
        var (exitCode, output, error) = _node.Run(["support-bundle", "--to", _node.At("bundle.zip"), "--log", _node.At("log"), .. options]);
        Assert.True(exitCode == 0, output + error);
        var parts = Read(_node.At("bundle.zip"));
        Assert.Equal(["README.txt", "configuration.json", "log.jsonl", "metrics.txt", "stores.json", "versions.json"], parts.Keys.Order(StringComparer.Ordinal));
        var given = string.Join('\n', parts.Select(part => $"{part.Key}\n{part.Value}")) + Encoding.Latin1.GetString(await File.ReadAllBytesAsync(_node.At("bundle.zip")));
        foreach (var secret in Secrets()) Assert.DoesNotContain(secret, given, StringComparison.OrdinalIgnoreCase);

        // What helps is there.
        var store = JsonNode.Parse(parts["stores.json"])![0]!;
        Assert.Equal(["uni-madrid.example"], store["condition"]!["outgoing"]!.AsArray().Select(s => (string)s!["partner"]!));
        Assert.Equal(["case 1", "changes 1", "file 1", "publications 1", "request 4"], store["found"]!.AsArray().Select(f => $"{(string)f!["kind"]!} {(int)f["count"]!}"));
        var log = parts["log.jsonl"].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(("Notified {Partner} of statement {Sequence} from {Institution}", "uni-madrid.example", 3), ((string)log[0]["template"]!, (string)log[0]["Partner"]!, (int)log[0]["Sequence"]!));
        Assert.Equal("/microcreds.federation.v1.RecognitionService/GetCase", (string)log[1]["Method"]!);
        Assert.Equal(["System.InvalidOperationException", "System.IO.IOException", "at MicroCreds.Services.X.Run("], log[1]["exception"]!.AsArray().Select(p => (string)p!));
        Assert.Equal(3, (int)log[^1]["leftOut"]!);
        Assert.Equal("127.0.0.1:0", (string)JsonNode.Parse(parts["configuration.json"])!["endpoints"]!["web"]!);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_node.At("bundle.zip")));

        IEnumerable<string> Secrets()
        {
            yield return Canary;
            yield return Path.GetDirectoryName(data)!;
            yield return "20041977";
            foreach (var file in Directory.GetFiles(Path.Combine(_node.Directory, "keys")))
                foreach (var line in File.ReadLines(file).Where(l => l.Length >= 40)) yield return line;
            using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_node.Store};Pooling=False;Mode=ReadOnly");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT case_id FROM recognition_case UNION SELECT learner FROM recognition_case UNION SELECT request_id FROM change_request";
            using var reader = command.ExecuteReader();
            while (reader.Read()) yield return reader.GetString(0);
        }
    }

    [Fact]
    public void says_what_keeps_a_store_from_being_read_without_saying_where_it_is()
    {
        var address = $"postgresql://{Canary}:{Canary}@{Canary}.invalid/{Canary}?connect_timeout=1";
        var (exitCode, _, error) = _node.Run("support-bundle", "--to", _node.At("bundle.zip"), $"--Node:Store={address}");
        Assert.True(exitCode == 0, error);
        var parts = Read(_node.At("bundle.zip"));
        Assert.DoesNotContain(Canary, string.Join('\n', parts.Values), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("the server cannot be used", parts["stores.json"], StringComparison.Ordinal);
        Assert.Contains("\"store\": \"postgresql\"", parts["configuration.json"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task overwrites_nothing()
    {
        await File.WriteAllTextAsync(_node.At("there"), "mine");
        var (exitCode, _, error) = _node.Run("support-bundle", "--to", _node.At("there"));
        Assert.Equal(2, exitCode);
        Assert.Contains("cannot be written", error, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(_node.At("there")));
        Assert.Contains("cannot be read", _node.Run("support-bundle", "--to", _node.At("new"), "--log", _node.At("missing")).Error, StringComparison.Ordinal);
    }

    private static string Line(string category, int id, string template, string values, string exception = "") =>
        $$"""{"Timestamp":"2026-11-22T08:00:00.000Z","EventId":{{id}},"LogLevel":"Information","Category":"{{category}}","Message":"{{Canary}}","State":{"Message":"{{Canary}}",{{values}},"{OriginalFormat}":"{{template}}"}{{(exception.Length > 0 ? $",\"Exception\":\"{exception}\"" : "")}}}""";

    private static Dictionary<string, string> Read(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return reader.ReadToEnd();
        });
    }
}
