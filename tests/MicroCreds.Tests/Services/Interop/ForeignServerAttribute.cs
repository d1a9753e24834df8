using System.Reflection;
using Xunit.Sdk;

namespace MicroCreds.Tests.Services.Interop;

/// <summary>Gives a theory the name of a server that is not ours; says that it skips where that server is not installed.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ForeignServerAttribute : DataAttribute
{
    public ForeignServerAttribute(string server)
    {
        Server = server;
        Skip = ForeignServer.Missing(server);
    }

    public string Server { get; }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Server]];
}
