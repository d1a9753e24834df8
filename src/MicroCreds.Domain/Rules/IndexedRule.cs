using MicroCreds.Domain.Credits;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// What a match reads of one rule, in 36 bytes: the days, numbers and yes-or-no conditions that most rules have. Whatever does not fit
/// (<see cref="ReadsRule"/>) is judged on the rule itself. A row never says more than <see cref="ConditionJudge.Holds"/> says.
/// </summary>
internal readonly struct IndexedRule
{
    private const byte MustReadRule = 1;
    private const byte NeedsQuality = 2;
    private const byte NoConditions = 4;
    private const int Open = int.MaxValue;

    private readonly int _validFrom;
    private readonly int _validUntil;
    private readonly int _awardedFrom;
    private readonly int _awardedUntil;
    private readonly int _credits;
    private readonly byte _flags;

    /// <summary>Reads <paramref name="rule"/>, number <paramref name="number"/> by identifier, of the unit with this number, found by <paramref name="key"/>.</summary>
    internal IndexedRule(EquivalenceRule rule, int number, int unit, RuleKey key)
    {
        (Rule, Unit) = (number, unit);
        Priority = rule.Priority;
        Rank = (byte)rule.Rank;
        _validFrom = rule.ValidFrom?.DayNumber ?? -1;
        _validUntil = rule.ValidUntil?.DayNumber ?? Open;
        (_awardedFrom, _awardedUntil, _credits) = (-1, Open, int.MinValue);
        _flags = rule.Conditions.Length == 0 ? NoConditions : (byte)0;
        foreach (var condition in rule.Conditions)
        {
            switch (condition)
            {
                // A key without a code is exact; a key with one is a hash and is checked on the rule.
                case RuleCondition.AwardingBody when ReferenceEquals(condition, key.ByBody) && key.ByCode is null: break;
                case RuleCondition.IscedField when ReferenceEquals(condition, key.ByField): break;
                case RuleCondition.EqfLevelAtLeast { Level: >= 1 and <= byte.MaxValue } c: Level = Math.Max(Level, (byte)c.Level); break;
                // A level asked for exactly finds the rule as a least level does; that it is no higher is read on the rule.
                case RuleCondition.EqfLevelIs { Level: >= 1 and <= byte.MaxValue } c: (Level, _flags) = (Math.Max(Level, (byte)c.Level), (byte)(_flags | MustReadRule)); break;
                case RuleCondition.CreditsAtLeast c: _credits = Math.Max(_credits, c.Credits.Hundredths); break;
                case RuleCondition.AwardedBetween c:
                    _awardedFrom = Math.Max(_awardedFrom, c.From?.DayNumber ?? -1);
                    _awardedUntil = Math.Min(_awardedUntil, c.Until?.DayNumber ?? Open);
                    break;
                case RuleCondition.OutcomeCoverageAtLeast { Percent: >= 1 and <= 100 } c: Coverage = Math.Max(Coverage, (byte)c.Percent); break;
                case RuleCondition.QualityAssured: _flags |= NeedsQuality; break;
                default: _flags |= MustReadRule; break;
            }
        }
    }

    /// <summary>Number of the rule in the order of identifiers, from 0.</summary>
    internal int Rule { get; }
    /// <summary>Number of the target unit, from 1.</summary>
    internal int Unit { get; }
    /// <summary>Priority of the rule.</summary>
    internal int Priority { get; }
    /// <summary>Rank of the rule.</summary>
    internal byte Rank { get; }
    /// <summary>Least EQF level asked for; 0 for any.</summary>
    internal byte Level { get; }
    /// <summary>Least share of the unit's outcomes to be covered, in percent; 0 for none.</summary>
    internal byte Coverage { get; }
    /// <summary>Whether something is asked for that does not stand in the row.</summary>
    internal bool ReadsRule => (_flags & MustReadRule) != 0;

    internal bool InForceOn(int day) => _validFrom <= day && day <= _validUntil;

    /// <summary>Whether everything that stands in the row holds, but for level, coverage and days in force.</summary>
    internal bool Holds(int awarded, EctsCredits? credits, SourceFacts facts) =>
        (_flags & NoConditions) == 0 && _awardedFrom <= awarded && awarded <= _awardedUntil
        && (_credits == int.MinValue || credits?.Hundredths >= _credits)
        && ((_flags & NeedsQuality) == 0 || facts.QualityAssured);
}
