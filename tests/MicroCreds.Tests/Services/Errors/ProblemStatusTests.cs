using MicroCreds.Domain.Problems;
using MicroCreds.Federation.V1;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Security;

namespace MicroCreds.Tests.Services.Errors;

public sealed class ProblemStatusTests
{
    [Fact]
    public void every_problem_has_one_reason_and_the_status_that_the_contract_names_for_it()
    {
        var contract = File.ReadAllText(Path.Combine(Root(), "protos", "microcreds", "federation", "v1", "errors.proto"));
        foreach (var code in Enum.GetValues<ProblemCode>())
        {
            var (reason, status) = ProblemStatus.Of(code);
            var name = $"ERROR_REASON_{ProblemStatus.NameOf(reason)}";
            Assert.Equal(code.ToString(), reason.ToString());
            var comment = contract[..contract.IndexOf($"  {name} =", StringComparison.Ordinal)];
            comment = comment[comment.LastIndexOf(";\n", StringComparison.Ordinal)..];
            Assert.Contains($"Status {MicroCreds.Domain.Documents.SnakeCase.Of(status).ToUpperInvariant()}.", comment, StringComparison.Ordinal);
        }

        var reasons = Enum.GetValues<ProblemCode>().Select(c => ProblemStatus.Of(c).Reason).ToList();
        Assert.Equal(reasons.Count, reasons.Distinct().Count());
        // Every reason is reached but the one never sent and the one for what was not expected.
        Assert.Equal([ErrorReason.Unspecified, ErrorReason.Internal], Enum.GetValues<ErrorReason>().Except(reasons));
    }

    [Fact]
    public void carries_facts_and_fields_and_sheds_fields_before_it_grows_too_large()
    {
        var many = Problem.InvalidRequest([.. Enumerable.Range(0, 40).Select(i => new FieldViolation($"field[{i}]", new string('x', 200)))]).ToRpcException();
        var refusal = RpcRefusal.Of(many);
        Assert.InRange(refusal.Fields.Length, 1, 39);
        Assert.Equal(["fields"], refusal.Keys);
        Assert.Equal("INVALID_REQUEST", RpcReason.Of(many));
    }

    private static string Root([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", ".."));
}
