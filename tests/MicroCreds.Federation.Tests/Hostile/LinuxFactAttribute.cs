namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>A test of what only Linux says of a process; says that it skips elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "there is no /proc here";
}
