using MicroCreds.Tests.Storage;

namespace MicroCreds.Federation.Tests.Replicas;

/// <summary>A test that needs PostgreSQL and HAProxy; says that it skips where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HaproxyFactAttribute : FactAttribute
{
    /// <summary>Where Debian puts HAProxy; another place by <c>MICROCREDS_HAPROXY</c>.</summary>
    public static string Haproxy { get; } = Environment.GetEnvironmentVariable("MICROCREDS_HAPROXY") ?? "/usr/sbin/haproxy";

    public HaproxyFactAttribute() =>
        Skip = TestPostgres.NoServer ?? (File.Exists(Haproxy) ? null : $"there is no HAProxy at {Haproxy} (MICROCREDS_HAPROXY names another place)");
}
