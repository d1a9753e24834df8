namespace MicroCreds.Tests.Operations;

/// <summary>A test that asks systemd about a unit; says that it skips where there is no systemd-analyze.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SystemdFactAttribute : FactAttribute
{
    internal const string Program = "/usr/bin/systemd-analyze";

    public SystemdFactAttribute() => Skip = File.Exists(Program) ? null : $"{Program} is not installed.";
}
