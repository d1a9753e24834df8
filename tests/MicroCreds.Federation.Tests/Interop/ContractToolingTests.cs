namespace MicroCreds.Federation.Tests.Interop;

/// <summary>The contract against its tools: <c>tests/interop/tooling.mjs</c>.</summary>
public sealed class ContractToolingTests
{
    [JavaScriptFact]
    public async Task the_contract_keeps_its_style_and_its_promises_and_gives_stubs_that_can_be_used()
    {
        var steps = await ScriptRun.RunAsync("tooling.mjs", "--repository", TestFederation.Repository);
        Assert.All(steps, step => Assert.True((bool?)step["ok"], step.ToJsonString()));
        // Python is tried where its compiler is.
        Assert.Equal(["lint", "format", "breaking", "breaking finds a field taken away", "stubs for TypeScript"], steps.Select(s => (string?)s["step"]).Take(5));
    }
}
