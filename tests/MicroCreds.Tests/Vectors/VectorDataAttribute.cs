using System.Reflection;
using Xunit.Sdk;

namespace MicroCreds.Tests.Vectors;

/// <summary>Gives a theory one vector per file of <c>tests/vectors/FOLDER</c>. The parameter's type has a static <c>Read(string path)</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VectorDataAttribute(string folder) : DataAttribute
{
    public string Folder { get; } = folder;

    public static string Root { get; } = FindRoot();

    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        var type = Assert.Single(testMethod.GetParameters()).ParameterType;
        var read = type.GetMethod("Read", BindingFlags.Public | BindingFlags.Static, [typeof(string)])!;
        return Directory.GetFiles(Path.Combine(Root, Folder), "*.json").Order(StringComparer.Ordinal).Select(path => new[] { read.Invoke(null, [path])! });
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var vectors = Path.Combine(directory.FullName, "tests", "vectors");
            if (Directory.Exists(vectors)) return vectors;
        }

        throw new DirectoryNotFoundException("tests/vectors was not found above the test assembly.");
    }
}
