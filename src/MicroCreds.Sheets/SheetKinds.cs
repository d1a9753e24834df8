using System.Collections.Immutable;
using MicroCreds.Domain.Documents;

namespace MicroCreds.Sheets;

/// <summary>The kinds of sheets that hold rows.</summary>
internal static class SheetKinds
{
    /// <summary>The kinds in the order in which a table is read and written.</summary>
    internal static ImmutableArray<SheetKind> All { get; } = [SheetKind.Units, SheetKind.Outcomes, SheetKind.Rules, SheetKind.Sources];

    /// <summary>Name of the sheet in a workbook, and of the file beside its ending.</summary>
    internal static string Name(SheetKind kind) => SnakeCase.Of(kind);

    /// <summary>Columns of the sheet.</summary>
    internal static SheetLayout Layout(SheetKind kind) => kind switch
    {
        SheetKind.Units => SheetLayout.Units,
        SheetKind.Outcomes => SheetLayout.Outcomes,
        SheetKind.Sources => SheetLayout.Sources,
        _ => SheetLayout.Rules,
    };
}
