using System.Runtime.CompilerServices;
using Google.Protobuf.Reflection;
using MicroCreds.Services;

namespace MicroCreds.Tests.Contract;

/// <summary>Our package as the generated code describes it, and its files as they are written.</summary>
internal static class ContractFiles
{
    internal const string Package = "microcreds.federation.v1";

    /// <summary>Root of the repository, by the place of this very file.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>Files of our package, by name.</summary>
    internal static FileDescriptor[] Files { get; } = [.. ServiceCatalogue.Files.Where(f => f.Package == Package).OrderBy(f => f.Name, StringComparer.Ordinal)];

    /// <summary>Services of our package.</summary>
    internal static ServiceDescriptor[] Services { get; } = [.. Files.SelectMany(f => f.Services)];

    /// <summary>Methods of our package.</summary>
    internal static MethodDescriptor[] Methods { get; } = [.. Services.SelectMany(s => s.Methods)];

    /// <summary>Messages of our package, nested ones included, without those a map makes.</summary>
    internal static MessageDescriptor[] Messages { get; } = [.. Files.SelectMany(f => f.MessageTypes).SelectMany(Nested)];

    /// <summary>Enumerations of our package, nested ones included.</summary>
    internal static EnumDescriptor[] Enums { get; } = [.. Files.SelectMany(f => f.EnumTypes).Concat(Messages.SelectMany(m => m.EnumTypes))];

    /// <summary>Paths of the proto files of our package.</summary>
    internal static string[] Paths { get; } = [.. Directory.GetFiles(Path.Combine(Root, "protos", "microcreds", "federation", "v1"), "*.proto").Order(StringComparer.Ordinal)];

    private static IEnumerable<MessageDescriptor> Nested(MessageDescriptor message) =>
        message.NestedTypes.Where(n => n.ToProto().Options?.MapEntry != true).SelectMany(Nested).Prepend(message);

    private static string FindRoot([CallerFilePath] string here = "")
    {
        // Where sources were mapped away (CI builds), the tests still run inside of the repository.
        foreach (var start in new[] { Path.GetDirectoryName(here) ?? "", AppContext.BaseDirectory, Environment.CurrentDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "MicroCredsFederation.sln"))) return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not run inside of the repository.");
    }
}
