using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MicroCreds.Domain.Documents;
using MicroCreds.Node.Configuration;
using MicroCreds.Node.Metrics;
using MicroCreds.Services.Members;
using MicroCreds.Storage;

namespace MicroCreds.Node.Operations.Support;

/// <summary>
/// Gathers in one archive what helps another person to see what is wrong with a node: versions, configuration, how stores stand and what a check finds, metrics, log.
/// Each part lets through what is known to be harmless, rather than taking out what is known not to be. No personal data, no case, no account, no key, no token, no path.
/// </summary>
internal static class SupportBundle
{
    private const string About =
        """
        What a node says of itself to those who help. It holds no personal data, no case, no account, no key, no token and no path of the machine: look through it, it is all text.

        versions.json       program, runtime, system, free space
        configuration.json  configuration; secrets, paths and free texts are left out
        stores.json         engine, schema, size, cases by state, heads of streams, what waits, what is held, what a check found
        metrics.txt         the page /metrics, if the node runs and answers
        log.jsonl           last lines of the log that was named: templates, and values that are numbers, members or methods

        """;

    private static readonly TimeSpan MetricsTimeout = TimeSpan.FromSeconds(3);
    private static readonly DateTimeOffset EntryTime = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };

    /// <summary>Writes the archive.</summary>
    public static async Task<ImmutableArray<OperationAnswer>> RunAsync(OperatedStores stores, NodeOptions options, string file, string log)
    {
        var conditions = Look(stores);
        var parts = new List<(string Name, byte[] Bytes)>
        {
            ("README.txt", Encoding.UTF8.GetBytes(About)),
            ("versions.json", Versions(options, stores.Clock.GetUtcNow())),
            ("configuration.json", Encoding.UTF8.GetBytes(BundleConfiguration.Of(options).ToJsonString(Indented))),
            ("stores.json", DomainJson.Write(conditions)),
            ("metrics.txt", await MetricsAsync(options)),
        };
        if (log.Length > 0) parts.Add(("log.jsonl", BundleLog.Of(log)));
        try
        {
            await using var written = PrivateFile.Make(file);
            using var archive = new ZipArchive(written, ZipArchiveMode.Create);
            foreach (var (name, bytes) in parts)
            {
                var entry = archive.CreateEntry(name, CompressionLevel.Optimal);
                entry.LastWriteTime = EntryTime;
                await using var target = await entry.OpenAsync();
                await target.WriteAsync(bytes);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{file} cannot be written: {fault.Message}", fault);
        }
        return [.. conditions.Select(c => new OperationAnswer(c.Institution, Good: true, c.Unusable.Length > 0 ? $"in the bundle; {c.Unusable}" : $"in the bundle; {c.Found.Sum(f => f.Count)} findings") { Place = file })];
    }

    private static ImmutableArray<BundledStore> Look(OperatedStores stores)
    {
        MemberKeys? keys = null;
        try
        {
            keys = stores.MemberKeys();
        }
        catch (ConfigurationException)
        {
            // The configuration's part says whether there is a list; the stores are looked at without the signatures.
        }
        return [.. stores.Institutions.Select(institution =>
        {
            try
            {
                using var store = stores.Open(institution);
                return new BundledStore(institution.Organisation, "", store.HeldBy is not null, store.Describe(), BundledFinding.Of(store.Check(keys)));
            }
            catch (Exception fault) when (OperationRun.IsRefusal(fault))
            {
                return new BundledStore(institution.Organisation, BundledFinding.Harmless(fault.Message, stores.DirectoryOf(institution)), Open: false, null, []);
            }
        })];
    }

    private static byte[] Versions(NodeOptions options, DateTimeOffset now) => JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, object>
        {
            ["madeAt"] = now.ToString("O", CultureInfo.InvariantCulture), ["program"] = MemberService.SoftwareVersion, ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["system"] = RuntimeInformation.OSDescription, ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(), ["processors"] = Environment.ProcessorCount,
            ["sqlite"] = Storage.Sqlite.SqliteEngine.Notice, ["dataFreeBytes"] = Free(options.DataDirectory),
            ["nodeRuns"] = File.Exists(Path.Combine(options.DataDirectory, "node.json")),
        },
        Indented);

    private static long Free(string directory)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return -1;
        }
    }

    /// <summary>The page of the node that runs over this data directory, line by line as the page is made.</summary>
    private static async Task<byte[]> MetricsAsync(NodeOptions options)
    {
        try
        {
            using var ready = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(options.DataDirectory, "node.json")));
            using var http = new HttpClient { Timeout = MetricsTimeout };
            var page = await http.GetStringAsync(new Uri(new Uri(ready.RootElement.GetProperty("web").GetString() ?? ""), MetricsDoor.Path));
            var known = page.Split('\n').Where(line => MetricFamily.All.Any(family => line.StartsWith(family.Name, StringComparison.Ordinal)));
            return Encoding.UTF8.GetBytes(string.Join('\n', known) + "\n");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or HttpRequestException or UriFormatException or OperationCanceledException or KeyNotFoundException)
        {
            return Encoding.UTF8.GetBytes($"No page was read: {fault.GetType().Name}\n");
        }
    }
}
