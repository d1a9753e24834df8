namespace MicroCreds.Federation.Tests.Interop;

/// <summary>A test that needs Node.js and the packages of <c>tests/interop</c>; says that it skips where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JavaScriptFactAttribute : FactAttribute
{
    public JavaScriptFactAttribute(string package = "@grpc/grpc-js")
    {
        var packages = Path.Combine(TestFederation.Repository, "tests", "interop", "node_modules", package);
        if (!Directory.Exists(packages)) Skip = "npm ci was not run in tests/interop";
        else if (!OperatingSystem.IsLinux()) Skip = "the packages of tests/interop are pinned for Linux";
        else if (!OnPath("node")) Skip = "Node.js is not on the path";
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, program)) || File.Exists(Path.Combine(directory, program + ".exe")));
}
