using System.Text;
using Google.Protobuf;
using MicroCreds.Tests.Contract;

namespace MicroCreds.Tests.Services.Access;

/// <summary>
/// Who may call what: every method of the contract by everybody, asked of a running node, must be what <c>access-matrix.md</c> says. After a change that is
/// meant, run this test with <c>MICROCREDS_UPDATE_LOCK=1</c>, read the difference and commit the file with the change.
/// </summary>
public sealed class AccessMatrixTests
{
    private static readonly string[] ForEverybody =
        ["EquivalenceService/FindEquivalences", "EquivalenceService/ListRules", "EquivalenceService/ListTables", "EquivalenceService/WatchRules", "MemberService/Echo", "MemberService/GetNode"];

    private static string MatrixFile => Path.Combine(ContractFiles.Root, "tests", "MicroCreds.Tests", "Services", "Access", "access-matrix.md");

    [Fact]
    public async Task every_method_answers_every_caller_as_the_matrix_says()
    {
        var asked = await AskAsync();
        Assert.Empty(asked.SelectMany(a => a.Value.Values.Where(v => v is not ("yes" or "sign in" or "role" or "unknown")).Distinct(), (a, v) => $"{a.Key}: {v}"));
        if (Environment.GetEnvironmentVariable("MICROCREDS_UPDATE_LOCK") == "1") await File.WriteAllTextAsync(MatrixFile, Table(asked));
        Assert.Equal((await File.ReadAllTextAsync(MatrixFile)).ReplaceLineEndings("\n"), Table(asked));

        // What the file may not say, whoever updates it.
        foreach (var (method, answers) in asked)
        {
            Assert.True(answers["nobody"] == (ForEverybody.Contains(method) ? "yes" : "sign in"), $"{method} answers nobody in particular '{answers["nobody"]}'.");
            if (method.Split('/')[0] is "AgreementService" or "AssessmentService" or "EquivalenceAdminService")
                Assert.True(answers["submitter"] != "yes" && answers["other partner"] != "yes" && answers["staff of another"] == "unknown", $"{method} is for the institution's own staff.");
            if (method.Split('/')[0] == "RecognitionService") Assert.True(answers["staff of another"] == answers["other partner"], $"{method} tells another institution's staff what it does not tell a partner.");
        }
    }

    [Fact]
    public async Task requests_with_fields_of_a_newer_version_are_answered_alike()
    {
        // Fields 15998, a number, and 15999, a text.
        var later = new byte[13];
        using var fields = new CodedOutputStream(later);
        fields.WriteTag(15998, WireFormat.WireType.Varint);
        fields.WriteInt32(7);
        fields.WriteTag(15999, WireFormat.WireType.LengthDelimited);
        fields.WriteString("later");
        fields.CheckNoSpaceLeft();
        Assert.Equal((await File.ReadAllTextAsync(MatrixFile)).ReplaceLineEndings("\n"), Table(await AskAsync(later)));
    }

    [Fact]
    public void every_method_has_a_sample_request() =>
        Assert.Equal(ContractFiles.Methods.Select(m => $"{m.Service.Name}/{m.Name}").Order(StringComparer.Ordinal), SampleRequests.Of.Keys.Order(StringComparer.Ordinal));

    private static async Task<SortedDictionary<string, Dictionary<string, string>>> AskAsync(byte[]? later = null)
    {
        await using var world = await AccessWorld.StartAsync();
        world.Later = later ?? [];
        var asked = new SortedDictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var method in ContractFiles.Methods)
        {
            var answers = asked[$"{method.Service.Name}/{method.Name}"] = [];
            foreach (var (name, invoker) in world.Callers) answers[name] = await world.AskAsync(method, invoker);
        }

        return asked;
    }

    private static string Table(SortedDictionary<string, Dictionary<string, string>> asked)
    {
        var text = new StringBuilder("# Who may call what\n\n")
            .Append("Asked of a running node by `AccessMatrixTests`, about the institution uni-roma.example and a case and an agreement that it holds. `submitter` and `other partner` are\n")
            .Append("partners' nodes; then staff of uni-roma.example with one role each; `staff of another` has every role at another institution on the same node, and\nis answered as that institution would be: as a partner.\n\n")
            .Append("`yes`: the call is taken; `sign in`: UNAUTHENTICATED; `role`: PERMISSION_DENIED; `unknown`: answered as if there were no such institution, case or agreement.\n\n");
        var names = asked.First().Value.Keys.ToArray();
        text.Append("| method | ").AppendJoin(" | ", names).Append(" |\n|---|").Insert(text.Length, "---|", names.Length).Append('\n');
        foreach (var (method, answers) in asked) text.Append("| ").Append(method).Append(" | ").AppendJoin(" | ", names.Select(n => answers[n])).Append(" |\n");
        return text.ToString();
    }
}
