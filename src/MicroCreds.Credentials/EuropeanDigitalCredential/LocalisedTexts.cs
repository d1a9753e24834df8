using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;

namespace MicroCreds.Credentials.EuropeanDigitalCredential;

/// <summary>Texts on the way to a <see cref="LocalisedText"/>; the first in a language counts. Nearly every text has one language, and that case builds nothing else.</summary>
internal struct LocalisedTexts
{
    private (string Language, string Text)? _first;
    private ImmutableSortedDictionary<string, string>.Builder? _all;

    /// <summary>Adds a text, unless there is one in its language.</summary>
    public void TryAdd(string language, string text)
    {
        if (_first is not { } first)
        {
            _first = (language, text);
            return;
        }
        if (_all is null)
        {
            _all = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            _all.Add(first.Language, first.Text);
        }
        _all.TryAdd(language, text);
    }

    /// <summary>The texts; null when none was added.</summary>
    public readonly LocalisedText? End() => _all is not null ? new(_all.ToImmutable()) : _first is { } only ? LocalisedText.Of(only.Text, only.Language) : null;
}
