using MicroCreds.Cli.Conformance;

namespace MicroCreds.Tests.Vectors;

/// <summary>A decision case as a theory takes it. Written for a registrar: see <c>tests/vectors/README.md</c>.</summary>
public sealed class EquivalenceVector
{
    private EquivalenceVector(ConformanceCase one) => Case = one;

    internal ConformanceCase Case { get; }

    public static EquivalenceVector Read(string path) => new(ConformanceCase.Read(path));

    internal EquivalenceVector With(Func<ConformanceCase, ConformanceCase> change) => new(change(Case));

    public override string ToString() => $"{Case.File}: {Case.Scenario}";
}
