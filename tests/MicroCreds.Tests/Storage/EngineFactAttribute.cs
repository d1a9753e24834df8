using Xunit.Abstractions;
using Xunit.Sdk;

namespace MicroCreds.Tests.Storage;

/// <summary>A test that every engine passes; shown as skipped for an engine that is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("MicroCreds.Tests.Storage.EngineFactDiscoverer", "MicroCreds.Tests")]
public sealed class EngineFactAttribute : FactAttribute;

/// <summary>Says on a class of tests that it needs a PostgreSQL server.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsPostgresAttribute : Attribute;

/// <summary>Makes the test cases of <see cref="EngineFactAttribute"/>.</summary>
public sealed class EngineFactDiscoverer(IMessageSink sink) : FactDiscoverer(sink)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new EngineTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod);
}

/// <summary>A test on one engine.</summary>
public sealed class EngineTestCase : XunitTestCase
{
    /// <summary>For the runner, which fills it.</summary>
#pragma warning disable CS0618 // The runner's own convention.
    public EngineTestCase()
    {
    }
#pragma warning restore CS0618

    public EngineTestCase(IMessageSink sink, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method) : base(sink, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsPostgresAttribute)).Any() ? TestPostgres.NoServerAtAll : base.GetSkipReason(factAttribute);
}
