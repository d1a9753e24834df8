namespace MicroCreds.Federation.Tests.Console;

/// <summary>A test that needs Chromium and axe; says that it skips where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Where Debian puts Chromium; another place by <c>MICROCREDS_CHROMIUM</c>.</summary>
    public static string Chromium { get; } = Environment.GetEnvironmentVariable("MICROCREDS_CHROMIUM") ?? "/usr/bin/chromium";

    /// <summary>The axe script.</summary>
    public static string Axe { get; } = Path.Combine(TestFederation.Repository, "tests", "interop", "node_modules", "axe-core", "axe.min.js");

    public BrowserFactAttribute()
    {
        if (!File.Exists(Chromium)) Skip = $"there is no Chromium at {Chromium} (MICROCREDS_CHROMIUM names another place)";
        else if (!File.Exists(Axe)) Skip = "npm ci was not run in tests/interop";
    }
}
