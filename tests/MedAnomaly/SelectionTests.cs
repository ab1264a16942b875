using FsCheck;
using FsCheck.Fluent;

namespace MedAnomaly.Tests;

public sealed class SelectionTests
{
    [Fact]
    public void The_value_of_a_rank_stands_where_sorting_puts_it_and_no_greater_one_before_it() =>
        Prop.ForAll<sbyte[], byte>((values, rank) =>
        {
            if (values.Length == 0) return true;
            var (at, numbers) = (rank % values.Length, values.Select(value => (double)value).ToArray());

            var selected = Selection.Select<double>(numbers, at);

            return selected == values.Order().ElementAt(at) && selected == numbers[at] && numbers[..at].All(value => value <= selected)
                && numbers[at..].All(value => value >= selected);
        }).QuickCheckThrowOnFailure();
}
