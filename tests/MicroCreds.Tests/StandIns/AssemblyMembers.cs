using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MicroCreds.Tests.StandIns;

/// <summary>What assemblies beside the tests define and refer to, as text.</summary>
internal static class AssemblyMembers
{
    /// <summary>Visible types and members that an assembly defines.</summary>
    public static HashSet<string> DefinedBy(string assembly)
    {
        using var file = Open(assembly);
        var reader = file.GetMetadataReader();
        var text = new SignatureText(reader);
        var members = new HashSet<string>();
        foreach (var handle in reader.TypeDefinitions.Where(handle => IsVisible(reader, handle)))
        {
            var type = reader.GetTypeDefinition(handle);
            var owner = text.NameOf(handle);
            members.Add(owner);
            foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition).Where(method => IsVisible(method.Attributes)))
                members.Add(SignatureText.Method(owner, reader.GetString(method.Name), method.DecodeSignature(text, null)));
            foreach (var field in type.GetFields().Select(reader.GetFieldDefinition).Where(field => field.Attributes.HasFlag(FieldAttributes.Public)))
                members.Add(SignatureText.Field(owner, reader.GetString(field.Name), field.DecodeSignature(text, null)));
        }
        return members;
    }

    /// <summary>Types and members that <paramref name="assembly"/> refers to in <paramref name="target"/>.</summary>
    public static HashSet<string> ReferredTo(string assembly, string target)
    {
        using var file = Open(assembly);
        var reader = file.GetMetadataReader();
        var text = new SignatureText(reader);
        var types = reader.TypeReferences.Where(handle => ScopeOf(reader, handle) == target).Select(text.NameOf).ToHashSet();
        var members = reader.MemberReferences.Select(reader.GetMemberReference)
            .Select(member => (Owner: text.NameOf(member.Parent), Member: member))
            .Where(reference => types.Contains(reference.Owner))
            .Select(reference => TextOf(reader, text, reference.Owner, reference.Member));
        return [.. types, .. members];
    }

    private static string TextOf(MetadataReader reader, SignatureText text, string owner, MemberReference member)
    {
        var name = reader.GetString(member.Name);
        return member.GetKind() == MemberReferenceKind.Method
            ? SignatureText.Method(owner, name, member.DecodeMethodSignature(text, null))
            : SignatureText.Field(owner, name, member.DecodeFieldSignature(text, null));
    }

    private static PEReader Open(string assembly) => new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll")));

    private static string ScopeOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        var scope = reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => ScopeOf(reader, (TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            _ => "",
        };
    }

    private static bool IsVisible(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        return (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem => IsVisible(reader, type.GetDeclaringType()),
            _ => false,
        };
    }

    private static bool IsVisible(MethodAttributes attributes) => (attributes & MethodAttributes.MemberAccessMask)
        is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;
}
