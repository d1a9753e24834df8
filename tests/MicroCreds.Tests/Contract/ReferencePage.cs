using System.Globalization;
using Google.Protobuf.Reflection;
using MicroCreds.Services.Protocols;

namespace MicroCreds.Tests.Contract;

/// <summary>The contract as a page to read: services, methods, messages, enumerations and reasons, in the words of the proto comments.</summary>
internal static class ReferencePage
{
    /// <summary>The page, as Markdown.</summary>
    internal static string Write()
    {
        FileDescriptor[] files = [.. DocumentedContract.Files.Where(f => f.Package == ContractFiles.Package).OrderBy(f => f.Name, StringComparer.Ordinal)];
        using var page = new StringWriter(CultureInfo.InvariantCulture);
        page.Write("# The contract, declaration by declaration\n\n");
        page.Write($"Package `{ContractFiles.Package}`, made from the comments of [the proto files](../protos/microcreds/federation/v1) by `ReferencePageTests`. ");
        page.Write("Dates are ISO 8601 (`YYYY-MM-DD`), credits hundredths of an ECTS credit.\n\n");
        foreach (var service in files.SelectMany(f => f.Services))
            page.Write($"- [{service.Name}](#{Anchor(service.Name)}): {string.Join(", ", service.Methods.Select(m => $"[{m.Name}](#{Anchor($"{service.Name}.{m.Name}")})"))}\n");
        page.Write("\nThen [messages](#messages) and [enumerations](#enumerations), by name.\n");
        foreach (var service in files.SelectMany(f => f.Services)) Append(page, service);
        page.Write("\n## Messages\n");
        foreach (var message in files.SelectMany(f => f.MessageTypes).SelectMany(Nested).OrderBy(Name, StringComparer.Ordinal)) Append(page, message);
        page.Write("\n## Enumerations\n");
        foreach (var choice in files.SelectMany(f => f.EnumTypes).Concat(files.SelectMany(f => f.MessageTypes).SelectMany(Nested).SelectMany(m => m.EnumTypes)).OrderBy(Name, StringComparer.Ordinal)) Append(page, choice);
        return page.ToString();
    }

    private static void Append(StringWriter page, ServiceDescriptor service)
    {
        page.Write($"\n## {service.Name}\n\n{Text(service)}\n");
        foreach (var method in service.Methods)
        {
            page.Write($"\n### {service.Name}.{method.Name}\n\n{Text(method)}\n\n");
            page.Write($"{(method.IsClientStreaming ? "stream of " : "")}{Linked(method.InputType)} → {(method.IsServerStreaming ? "stream of " : "")}{Linked(method.OutputType)}\n");
        }
    }

    private static void Append(StringWriter page, MessageDescriptor message)
    {
        page.Write($"\n### {Name(message)}\n\n{Text(message)}\n");
        if (message.Fields.InDeclarationOrder().Count == 0) return;
        page.Write("\n| field | type | meaning |\n|---|---|---|\n");
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            var one = field.RealContainingOneof is { } choice ? $" (one of `{choice.Name}`)" : "";
            page.Write($"| `{field.Name}` = {field.FieldNumber} | {Type(field)}{one} | {Cell(field)} |\n");
        }
    }

    private static void Append(StringWriter page, EnumDescriptor choice)
    {
        page.Write($"\n### {Name(choice)}\n\n{Text(choice)}\n\n| value | meaning |\n|---|---|\n");
        foreach (var value in choice.Values) page.Write($"| `{value.Name}` = {value.Number} | {Cell(value)} |\n");
    }

    private static string Type(FieldDescriptor field)
    {
        if (field.IsMap) return $"map of {Type(field.MessageType.FindFieldByNumber(1))} to {Type(field.MessageType.FindFieldByNumber(2))}";
        var one = field.FieldType switch
        {
            FieldType.Message => Linked(field.MessageType),
            FieldType.Enum => Linked(field.EnumType),
            var simple => $"`{simple.ToString().ToLowerInvariant()}`",
        };
        return field.IsRepeated ? $"list of {one}" : field.HasPresence && field.FieldType is not FieldType.Message && field.RealContainingOneof is null ? $"{one}, optional" : one;
    }

    private static string Linked(IDescriptor type) => type.File.Package == ContractFiles.Package ? $"[`{Name(type)}`](#{Anchor(Name(type))})" : $"`{type.FullName}`";

    private static string Name(IDescriptor type) => type.FullName[(type.File.Package.Length + 1)..];

    private static string Text(IDescriptor descriptor) => DocumentedContract.CommentOf(descriptor);

    private static string Cell(IDescriptor descriptor) => Text(descriptor).Replace("|", "\\|", StringComparison.Ordinal);

    // As pages on the usual forges make anchors of headings: lower case, without points.
    private static string Anchor(string heading) => heading.ToLowerInvariant().Replace(".", "", StringComparison.Ordinal);

    private static IEnumerable<MessageDescriptor> Nested(MessageDescriptor message) =>
        message.NestedTypes.Where(n => n.ToProto().Options?.MapEntry != true).SelectMany(Nested).Prepend(message);
}
