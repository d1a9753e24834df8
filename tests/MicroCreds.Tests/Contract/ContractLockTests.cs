using System.Text;
using Google.Protobuf.Reflection;

namespace MicroCreds.Tests.Contract;

/// <summary>
/// Holds the contract to <c>contract.lock</c>: whatever a peer of an older version relies on. Inside v1 lines are added; a line that changes or
/// goes breaks somebody. After a change that is meant, run this test with <c>MICROCREDS_UPDATE_LOCK=1</c> and commit the file with the change.
/// </summary>
public sealed class ContractLockTests
{
    [Fact]
    public void the_contract_is_what_the_lock_says()
    {
        var path = Path.Combine(ContractFiles.Root, "tests", "MicroCreds.Tests", "Contract", "contract.lock");
        var now = Text();
        if (Environment.GetEnvironmentVariable("MICROCREDS_UPDATE_LOCK") == "1") File.WriteAllText(path, now);

        var locked = File.ReadAllText(path).ReplaceLineEndings("\n");
        var gone = locked.Split('\n').Except(now.Split('\n')).ToArray();
        var added = now.Split('\n').Except(locked.Split('\n')).ToArray();
        Assert.True(
            now == locked,
            $"The contract differs from contract.lock. Gone: {string.Join("; ", gone)}. Added: {string.Join("; ", added)}. If this is meant, run this test with MICROCREDS_UPDATE_LOCK=1.");
    }

    [Fact]
    public void the_lock_names_every_kind_of_element()
    {
        var text = Text();
        Assert.Contains("rpc microcreds.federation.v1.RecognitionService.WatchCases (WatchCasesRequest) returns (stream WatchCasesResponse)\n", text, StringComparison.Ordinal);
        Assert.Contains("field microcreds.federation.v1.EquivalenceRule 4 fixed_ects_credits_hundredths optional int32\n", text, StringComparison.Ordinal);
        Assert.Contains("field microcreds.federation.v1.LocalisedText 1 by_language map<string, string>\n", text, StringComparison.Ordinal);
        Assert.Contains("field microcreds.federation.v1.FindEquivalencesRequest 3 unit string oneof question\n", text, StringComparison.Ordinal);
        Assert.Contains("value microcreds.federation.v1.EquivalenceAnswer.Kind 6 KIND_EXPIRED\n", text, StringComparison.Ordinal);
    }

    private static string Text()
    {
        var lines = ContractFiles.Methods
            .Select(m => $"rpc {m.FullName} ({(m.IsClientStreaming ? "stream " : "")}{m.InputType.Name}) returns ({(m.IsServerStreaming ? "stream " : "")}{m.OutputType.Name})")
            .Concat(ContractFiles.Messages.SelectMany(m => m.Fields.InFieldNumberOrder().Select(f => $"field {m.FullName} {f.FieldNumber} {f.Name} {Type(f)}").Prepend($"message {m.FullName}")))
            .Concat(ContractFiles.Messages.SelectMany(Reserved))
            .Concat(ContractFiles.Enums.SelectMany(e => e.Values.Select(v => $"value {e.FullName} {v.Number} {v.Name}").Prepend($"enum {e.FullName}")));
        return lines.Order(StringComparer.Ordinal).Aggregate(new StringBuilder(), (text, line) => text.Append(line).Append('\n')).ToString();
    }

    private static IEnumerable<string> Reserved(MessageDescriptor message)
    {
        var proto = message.ToProto();
        return proto.ReservedRange.Select(r => $"reserved {message.FullName} {r.Start} to {r.End - 1}").Concat(proto.ReservedName.Select(n => $"reserved {message.FullName} {n}"));
    }

    private static string Type(FieldDescriptor field)
    {
        if (field.IsMap) return $"map<{Name(field.MessageType.FindFieldByNumber(1))}, {Name(field.MessageType.FindFieldByNumber(2))}>";
        var oneof = field.RealContainingOneof is { } group ? $" oneof {group.Name}" : "";
        return (field.IsRepeated ? "repeated " : field.HasPresence && field.FieldType != FieldType.Message && oneof.Length == 0 ? "optional " : "") + Name(field) + oneof;
    }

    private static string Name(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        var scalar => scalar.ToString().ToLowerInvariant(),
    };
}
