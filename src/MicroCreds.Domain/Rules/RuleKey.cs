using System.Collections.Immutable;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// By what a rule is found: its first awarding body, and either its first code or its first field. A rule with several asks for all of them,
/// so one of each is enough to find it.
/// </summary>
/// <param name="ByBody">Condition on the awarding body; null when any will do.</param>
/// <param name="ByCode">Condition on the code; null when any will do.</param>
/// <param name="ByField">Condition on the field, of at most four digits, of a rule without a code; null when any will do.</param>
internal readonly record struct RuleKey(RuleCondition.AwardingBody? ByBody, RuleCondition.AchievementCode? ByCode, RuleCondition.IscedField? ByField)
{
    /// <summary>Stands in place of a field for every rule of an awarding body without a code.</summary>
    internal const int EveryField = (1 << FieldBits) - 1;
    /// <summary>Longest ISCED-F 2013 prefix: a detailed field.</summary>
    internal const int LongestField = 4;

    private const int FieldBits = 14;
    private const int NameBits = 24;
    private const ulong Coded = 1UL << 63;

    /// <summary>Most different awarding bodies, and most different units.</summary>
    internal const int MaxNames = (1 << NameBits) - 1;

    internal static RuleKey Of(ImmutableArray<RuleCondition> conditions)
    {
        RuleCondition.AwardingBody? body = null;
        RuleCondition.AchievementCode? code = null;
        RuleCondition.IscedField? field = null;
        foreach (var condition in conditions)
        {
            switch (condition)
            {
                case RuleCondition.AwardingBody c: body ??= c; break;
                case RuleCondition.AchievementCode c: code ??= c; break;
                case RuleCondition.IscedField c when Field(c.Stem) > 0: field ??= c; break;
            }
        }

        return new(body, code, code is null ? field : null);
    }

    /// <summary>Key of rules without a code. Exact: no two different ones are equal. Numbers from 1; 0 for any unit, no awarding body, no field.</summary>
    internal static ulong Plain(int unit, int body, int field) => ((((ulong)unit << NameBits) | (uint)body) << FieldBits) | (uint)field;

    /// <summary>Key of rules with a code: a hash, so what is found by it is compared.</summary>
    internal static ulong WithCode(int unit, int body, ulong codeHash)
    {
        var mixed = (codeHash ^ Plain(unit, body, 0)) * 0x9E3779B97F4A7C15UL;
        mixed ^= mixed >> 29;
        return (mixed * 0xBF58476D1CE4E5B9UL) | Coded;
    }

    internal static bool HasCode(ulong key) => (key & Coded) != 0;

    /// <summary>The key of every field of the same unit and awarding body.</summary>
    internal static ulong OfEveryField(ulong plain) => plain | EveryField;

    /// <summary>Number of an ISCED prefix of one to four digits, from 1; 0 when it is none.</summary>
    internal static int Field(ReadOnlySpan<char> prefix)
    {
        if (prefix.Length is 0 or > LongestField) return 0;
        var number = 0;
        foreach (var c in prefix)
        {
            if (!char.IsAsciiDigit(c)) return 0;
            number = (number * 11) + (c - '0') + 1;
        }

        return number;
    }
}
