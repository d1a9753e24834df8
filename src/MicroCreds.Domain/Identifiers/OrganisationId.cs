using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace MicroCreds.Domain.Identifiers;

/// <summary>SCHAC home-organisation identifier of an organisation: its internet domain in lower case, e.g. <c>uni-a.example</c>, 3 to 253 characters. Source: SCHAC schacHomeOrganization; EWP Registry API, HEI id.</summary>
public sealed partial record OrganisationId
{
    /// <summary>Longest domain name (RFC 1035, 2.3.4).</summary>
    public const int MaxLength = 253;

    private OrganisationId(string value) => Value = value;

    /// <summary>The domain.</summary>
    public string Value { get; }

    /// <summary>Reads an identifier exactly as written: no trimming, no case folding.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out OrganisationId? id)
    {
        id = text is { Length: >= 3 and <= MaxLength } && Pattern().IsMatch(text) ? new(text) : null;
        return id is not null;
    }

    /// <summary>Reads an identifier that this node wrote itself.</summary>
    /// <exception cref="FormatException">The text is not an organisation identifier.</exception>
    public static OrganisationId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not an organisation identifier.");

    /// <inheritdoc/>
    public override string ToString() => Value;

    [GeneratedRegex(@"^[a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
