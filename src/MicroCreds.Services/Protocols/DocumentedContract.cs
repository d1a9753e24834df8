using System.Collections.Frozen;
using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MicroCreds.Federation.V1;

namespace MicroCreds.Services.Protocols;

/// <summary>The contract with the comments of its proto files, which generated code does not keep.</summary>
public static class DocumentedContract
{
    /// <summary>The files, each after those it imports.</summary>
    public static ImmutableArray<FileDescriptor> Files { get; } = Load();

    /// <summary>The services a node serves, by full name.</summary>
    public static ImmutableArray<ServiceDescriptor> Services { get; } = Served();

    /// <summary>The comment that stands before a declaration, in one line; empty when there is none.</summary>
    public static string CommentOf(IDescriptor descriptor) => string.Join(' ', Comment(descriptor).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static string Comment(IDescriptor descriptor) => descriptor switch
    {
        ServiceDescriptor d => d.Declaration?.LeadingComments,
        MethodDescriptor d => d.Declaration?.LeadingComments,
        MessageDescriptor d => d.Declaration?.LeadingComments,
        FieldDescriptor d => d.Declaration?.LeadingComments,
        EnumDescriptor d => d.Declaration?.LeadingComments,
        EnumValueDescriptor d => d.Declaration?.LeadingComments,
        _ => null,
    } ?? "";

    private static ImmutableArray<FileDescriptor> Load()
    {
        using var stream = typeof(ErrorReason).Assembly.GetManifestResourceStream("contract.binpb") ?? throw new InvalidOperationException("The contract's description is not in its assembly.");
        var files = FileDescriptorSet.Parser.ParseFrom(stream).File;
        // The compiler writes each file after those it imports, as building them asks for.
        return [.. FileDescriptor.BuildFromByteStrings(files.Select(f => f.ToByteString()))];
    }

    private static ImmutableArray<ServiceDescriptor> Served()
    {
        var served = ServiceCatalogue.Services.Select(s => s.FullName).ToFrozenSet(StringComparer.Ordinal);
        return [.. Files.SelectMany(f => f.Services).Where(s => served.Contains(s.FullName)).OrderBy(s => s.FullName, StringComparer.Ordinal)];
    }
}
