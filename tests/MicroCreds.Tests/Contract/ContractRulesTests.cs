using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using MicroCreds.Domain.Problems;
using MicroCreds.Federation.V1;
using MicroCreds.Services;
using MicroCreds.Services.Errors;

namespace MicroCreds.Tests.Contract;

/// <summary>The rules of the contract that the compiler does not know.</summary>
public sealed partial class ContractRulesTests
{
    // Verbs that read. Every other method changes something.
    private static readonly string[] ReadingVerbs = ["Get", "List", "Watch", "Find", "Check", "Convert", "Echo", "Pull", "Assess", "Explore", "Export", "Download", "Compare", "Simulate", "Try"];

    // What nodes say to each other is safe to repeat by its own content: an announcement by place, a receipt by its bytes.
    private static readonly string[] RepeatableByContent = ["microcreds.federation.v1.ExchangeService.Notify", "microcreds.federation.v1.ExchangeService.Acknowledge"];

    [Fact]
    public void every_element_has_a_comment()
    {
        var bare = ContractFiles.Paths.SelectMany(path =>
        {
            var lines = File.ReadAllLines(path);
            return lines.Select((line, i) => (line, i))
                .Where(l => Declaration().IsMatch(l.line) && (l.i == 0 || !lines[l.i - 1].TrimStart().StartsWith("//", StringComparison.Ordinal)))
                .Select(l => $"{Path.GetFileName(path)}:{l.i + 1}: {l.line.Trim()}");
        });
        Assert.Empty(bare);
    }

    [Fact]
    public void every_import_is_used()
    {
        var unused = ContractFiles.Files.SelectMany(file =>
        {
            var used = file.MessageTypes.SelectMany(Nested).SelectMany(m => m.Fields.InDeclarationOrder())
                .Select(f => f.FieldType switch { FieldType.Message => f.MessageType.File, FieldType.Enum => f.EnumType.File, _ => null })
                .Concat(file.Services.SelectMany(s => s.Methods).SelectMany(m => new[] { m.InputType.File, m.OutputType.File })).ToHashSet();
            return file.Dependencies.Where(d => !used.Contains(d)).Select(d => $"{file.Name} imports {d.Name}");
        });
        Assert.Empty(unused);
    }

    [Fact]
    public void zero_means_unspecified_in_every_enumeration() =>
        Assert.Empty(ContractFiles.Enums.Where(e => e.FindValueByNumber(0) is not { } zero || !zero.Name.EndsWith("_UNSPECIFIED", StringComparison.Ordinal)).Select(e => e.FullName));

    [Fact]
    public void every_method_has_a_request_and_a_response_of_its_own()
    {
        Assert.Empty(ContractFiles.Methods.Where(m => m.InputType.Name != $"{m.Name}Request" || m.OutputType.Name != $"{m.Name}Response").Select(m => m.FullName));
        Assert.Empty(ContractFiles.Methods.SelectMany(m => new[] { m.InputType.FullName, m.OutputType.FullName }).GroupBy(n => n).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    [Fact]
    public void every_list_is_paged_and_not_streamed()
    {
        var unpaged = ContractFiles.Methods.Where(m => m.Name.StartsWith("List", StringComparison.Ordinal))
            .Where(m => m.IsServerStreaming || m.InputType.FindFieldByName("page_size") is null || m.InputType.FindFieldByName("page_token") is null || m.OutputType.FindFieldByName("next_page_token") is null);
        Assert.Empty(unpaged.Select(m => m.FullName));
    }

    [Fact]
    public void every_change_carries_a_request_id()
    {
        var changes = ContractFiles.Methods.Where(m => !ReadingVerbs.Any(v => m.Name.StartsWith(v, StringComparison.Ordinal)) && !RepeatableByContent.Contains(m.FullName)).ToArray();
        Assert.NotEmpty(changes);
        Assert.Empty(changes.Where(m => !HasRequestId(m.InputType)).Select(m => m.FullName));
    }

    // The verbs of officers share the message that says which case is changed; a stream of submissions carries requests that could come alone.
    private static bool HasRequestId(MessageDescriptor request) =>
        request.FindFieldByName("request_id") is { FieldType: FieldType.String }
        || new[] { "change", "submission" }.Any(name => request.FindFieldByName(name) is { FieldType: FieldType.Message } change && change.MessageType.FindFieldByName("request_id") is { FieldType: FieldType.String });

    [Fact]
    public void nothing_is_declared_before_it_works()
    {
        var implementations = typeof(ServiceCatalogue).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false }).ToArray();
        var missing = ContractFiles.Methods.Where(m => !Array.Exists(implementations, t =>
            t.BaseType?.Name == $"{m.Service.Name}Base" && t.GetMethods().Any(i => i.Name == m.Name && i.DeclaringType == t && i.IsVirtual)));
        Assert.Empty(missing.Select(m => m.FullName));
    }

    [Fact]
    public void the_catalogue_knows_every_service_of_the_contract()
    {
        var declared = ContractFiles.Paths.SelectMany(p => Service().Matches(File.ReadAllText(p)).Select(m => $"{ContractFiles.Package}.{m.Groups[1].Value}"));
        Assert.Equal(declared.Order(StringComparer.Ordinal), ContractFiles.Services.Select(s => s.FullName).Order(StringComparer.Ordinal));
        Assert.Equal(ContractFiles.Paths.Select(Path.GetFileName), ContractFiles.Files.Select(f => Path.GetFileName(f.Name)));
    }

    [Fact]
    public void every_problem_has_one_reason_and_every_reason_one_problem()
    {
        var reasons = Enum.GetValues<ProblemCode>().Select(c => ProblemStatus.Of(c).Reason).ToArray();
        Assert.Equal(reasons.Length, reasons.Distinct().Count());
        // INTERNAL is no expected refusal.
        var expected = Enum.GetValues<ErrorReason>().Except([ErrorReason.Unspecified, ErrorReason.Internal]);
        Assert.Equal(expected.Order(), reasons.Order());
    }

    private static IEnumerable<MessageDescriptor> Nested(MessageDescriptor message) => message.NestedTypes.SelectMany(Nested).Prepend(message);

    [GeneratedRegex(@"^\s*(service|message|enum|rpc|oneof)\s+\w+|^\s*(repeated\s+|optional\s+)?(map<[^>]+>|[\w.]+)\s+\w+\s*=\s*\d+\s*(\[[^\]]*\])?;|^\s*[A-Z][A-Z0-9_]*\s*=\s*\d+;", RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^service\s+(\w+)", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Service();
}
